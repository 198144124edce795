using System.Text;
using PlexBridge.Channels;
using PlexBridge.Settings;
using PlexBridge.Sources;
using PlexBridge.Storage;
using PlexBridge.Testing;

namespace PlexBridge.Tests.Sources;

/// <summary>A database of a test's own, a clock and an import on top of them.</summary>
internal sealed class ImportBench : IAsyncDisposable
{
    private readonly TempFolder _folder;

    private ImportBench(TempFolder folder, Database database)
    {
        _folder = folder;
        Database = database;
        Import = new PlaylistImport(database, Settings, Clock);
    }

    public Database Database { get; }

    public ManualTimeProvider Clock { get; } = new();

    public SettingsHolder Settings { get; } = new(SettingsSnapshot.Defaults);

    public PlaylistImport Import { get; }

    public static async Task<ImportBench> StartAsync()
    {
        var folder = new TempFolder();
        return new ImportBench(folder, await Database.OpenAsync(new DataFolder(folder["data"])));
    }

    /// <summary>Imports a text as the file "list.m3u", always the same source.</summary>
    public Task<ImportResult> ImportAsync(string list, bool isForced = false, IReadOnlyList<string>? groups = null, SourceMerge? merge = null, string name = "list") =>
        Import.ImportAsync(new SourceDefinition(_folder.Write(name + ".m3u", list), name, Groups: groups, Merge: merge), isForced, null, CancellationToken.None);

    public Task<ImportResult> ImportUrlAsync(string url, bool isForced = false) =>
        Import.ImportAsync(new SourceDefinition(url), isForced, null, CancellationToken.None);

    /// <summary>All channels by number: "number name [group] enabled|disabled vanished: stream, stream".</summary>
    public async Task<List<string>> ChannelsAsync()
    {
        var store = new ChannelStore(Database);
        var lines = new List<string>();
        await foreach (var channel in store.ReadAllAsync(null, CancellationToken.None))
        {
            var streams = await store.ReadStreamsAsync(channel.Id, CancellationToken.None);
            lines.Add($"{channel.Number} {channel.Name} [{channel.Group}]{(channel.IsEnabled ? "" : " off")}{(channel.IsVanished ? " vanished" : "")}: {string.Join(' ', streams.Select(stream => stream.Url.Address))}");
        }
        return lines;
    }

    /// <summary>What is stored of a source's definition: "location agent groups merge", "-" for none.</summary>
    public Task<string> DefinitionAsync(string name) => Database.ReadAsync(connection =>
    {
        using var command = connection.Command(
            "SELECT location || ' ' || COALESCE(user_agent, '-') || ' ' || COALESCE(groups, '-') || ' ' || COALESCE(merge, '-') FROM sources WHERE name = @name", ("@name", name));
        return (string)command.ExecuteScalar()!;
    }, CancellationToken.None);

    public Task<long> NumberAsync(string sql) => Database.ReadAsync(connection => connection.Number(sql), CancellationToken.None);

    public Task ExecuteAsync(string sql) => Database.WriteAsync(connection => connection.Execute(sql), CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>A list of "name|address", with optional "|group|tvg-id|tvg-chno".</summary>
    public static string List(params string[] rows)
    {
        var list = new StringBuilder("#EXTM3U\n");
        foreach (var row in rows)
        {
            var parts = row.Split('|');
            list.Append("#EXTINF:-1");
            if (parts.Length > 3 && parts[3].Length > 0) list.Append(" tvg-id=\"").Append(parts[3]).Append('"');
            if (parts.Length > 4) list.Append(" tvg-chno=\"").Append(parts[4]).Append('"');
            list.Append(" group-title=\"").Append(parts.Length > 2 ? parts[2] : "G").Append("\",").Append(parts[0]).Append('\n').Append(parts[1]).Append('\n');
        }
        return list.ToString();
    }
}
