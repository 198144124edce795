using System.Globalization;
using System.Net.Sockets;
using PlexBridge.Benchmarks;
using PlexBridge.Testing;

(string Name, Func<Task<IReadOnlyList<Figure>>> Run)[] groups =
[
    ("size", SizeFigure.RunAsync),
    ("start", StartFigure.RunAsync),
    ("idle", IdleFigure.RunAsync),
    ("import", ImportFigures.RunAsync),
    ("lineup", LineupFigure.RunAsync),
    ("relay-bulk", RelayBulkFigures.RunAsync),
    ("relay-live", RelayLiveFigures.RunAsync),
    ("relay-hls", RelayHlsFigures.RunAsync),
    ("relay-viewers", RelayViewerFigure.RunAsync),
    ("relay-join", RelayJoinFigures.RunAsync),
    ("relay-delay", RelayDelayFigures.RunAsync),
];
if (!File.Exists(TestPaths.Binary))
{
    await Console.Error.WriteLineAsync("There is no dist/plexbridge: make publish");
    return 1;
}
if (args.Except(groups.Select(group => group.Name), StringComparer.Ordinal).FirstOrDefault() is { } unknown)
{
    await Console.Error.WriteLineAsync($"There is no figure '{unknown}'; there are: {string.Join(' ', groups.Select(group => group.Name))}");
    return 2;
}

var rows = new List<string> { "| figure | target | measured | | note |", "|---|---|---|---|---|" };
foreach (var (name, run) in groups.Where(group => args.Length == 0 || args.Contains(group.Name, StringComparer.Ordinal)))
{
    await Console.Out.WriteLineAsync($"measuring {name} …");
    var load = new MachineLoad();
    try
    {
        rows.AddRange((await run()).Select(figure => figure.Row));
    }
    catch (Exception e) when (e is InvalidOperationException or TimeoutException or HttpRequestException or IOException or SocketException)
    {
        rows.Add($"| {name} | | none | NOT met | {e.Message.ReplaceLineEndings(" ")} |");
    }

    if (load.Remark is { } remark)
        rows.Add(remark);
}
var report = string.Create(
    CultureInfo.InvariantCulture,
    $"# Figures of dist/plexbridge\n\n{Environment.ProcessorCount} cores, {TimeProvider.System.GetUtcNow():yyyy-MM-dd HH:mm} UTC\n\n{string.Join('\n', rows)}\n");
var file = Path.Combine(TestPaths.Repository, "artifacts", "bench.md");
Directory.CreateDirectory(Path.GetDirectoryName(file)!);
await File.WriteAllTextAsync(file, report);
await Console.Out.WriteLineAsync("\n" + report);
return 0;
