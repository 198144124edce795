using System.Data.Common;
using PlexBridge.Storage;

namespace PlexBridge.Sources;

/// <summary>Long work on the database in short transactions, so that nobody else waits for the writer for long.</summary>
internal sealed class Batches(Database database, TimeProvider time)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(15);

    /// <summary>Does something for each item: prepared once per transaction, as many items as fit into a few milliseconds.</summary>
    /// <param name="prepare">Makes the statement.</param>
    /// <param name="run">Sets its parameters and executes it.</param>
    public async Task ForEachAsync<T>(IReadOnlyList<T> items, Func<DbConnection, DbCommand> prepare, Action<DbCommand, T> run, CancellationToken cancellationToken)
    {
        for (var done = 0; done < items.Count;)
            done = await database.WriteAsync(connection =>
            {
                var started = time.GetTimestamp();
                using var command = prepare(connection);
                var next = done;
                do
                    run(command, items[next++]);
                while (next < items.Count && ((next & 31) != 0 || time.GetElapsedTime(started) < Longest));
                return next;
            }, cancellationToken);
    }

    /// <summary>Repeats a statement until it changes nothing. It must limit itself by @size.</summary>
    public async Task<int> RepeatAsync(string statement, (string, object?)[] parameters, CancellationToken cancellationToken)
    {
        var total = 0;
        while (await database.WriteAsync(connection => connection.Execute(statement, [.. parameters, ("@size", 2000)]), cancellationToken) is var changed and > 0)
            total += changed;
        return total;
    }
}
