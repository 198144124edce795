using System.Text;
using System.Text.RegularExpressions;

namespace PlexBridge.Streaming.Children;

/// <summary>
/// The last words of a child: its stderr, bounded in line length and number, with addresses and known secrets taken out
/// before anything is kept.
/// </summary>
/// <param name="secrets">Texts that must not be kept, such as a password that stood in an address.</param>
public sealed partial class ChildWords(IReadOnlyList<string> secrets)
{
    private const int LongestLine = 300;
    private const int MostLines = 20;

    private readonly Queue<string> _lines = new();
    private readonly string[] _secrets = [.. secrets.Where(secret => secret.Length > 2).Distinct(StringComparer.Ordinal).OrderByDescending(secret => secret.Length)];

    /// <summary>The last lines, oldest first. Any thread.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines)
                return [.. _lines];
        }
    }

    /// <summary>Reads to the end. A child that floods its stderr fills no memory, with or without line ends.</summary>
    public async Task ReadAsync(TextReader stderr)
    {
        ArgumentNullException.ThrowIfNull(stderr);
        var buffer = new char[1024];
        var line = new StringBuilder();
        while (await stderr.ReadAsync(buffer).ConfigureAwait(false) is > 0 and var read)
        {
            foreach (var letter in buffer.AsMemory(0, read).ToArray())
            {
                if (letter is '\n' or '\r')
                    Add(line);
                else if (line.Length < 4 * LongestLine)
                    line.Append(letter);
            }
        }

        Add(line);
    }

    /// <summary>A line as it may be kept and shown.</summary>
    public string Redact(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        line = Address().Replace(line, match => $"{match.Groups["scheme"].Value}://…");
        foreach (var secret in _secrets)
            line = line.Replace(secret, "…", StringComparison.OrdinalIgnoreCase);
        line = new string([.. line.Where(letter => !char.IsControl(letter))]);
        return line.Length > LongestLine ? line[..LongestLine] : line;
    }

    private void Add(StringBuilder line)
    {
        var text = line.ToString();
        line.Clear();
        if (string.IsNullOrWhiteSpace(text))
            return;
        lock (_lines)
        {
            _lines.Enqueue(Redact(text));
            if (_lines.Count > MostLines)
                _lines.Dequeue();
        }
    }

    [GeneratedRegex(@"(?<scheme>[A-Za-z][A-Za-z0-9+.-]*)://[^\s'""]*", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Address();
}
