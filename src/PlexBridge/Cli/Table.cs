namespace PlexBridge.Cli;

/// <summary>Columns for people: as wide as their widest cell, the last one free.</summary>
internal sealed class Table(params string[] headings)
{
    private readonly List<string[]> _rows = [headings];

    public void Add(params string[] cells) => _rows.Add(cells);

    public async Task WriteAsync(TextWriter output)
    {
        var widths = new int[_rows[0].Length - 1];
        foreach (var row in _rows)
            for (var i = 0; i < widths.Length; i++)
                widths[i] = Math.Max(widths[i], row[i].Length);
        foreach (var row in _rows)
        {
            for (var i = 0; i < widths.Length; i++) await output.WriteAsync(row[i].PadRight(widths[i] + 2));
            await output.WriteLineAsync(row[^1]);
        }
    }
}
