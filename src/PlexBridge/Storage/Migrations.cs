using System.Data.Common;
using System.Globalization;
using System.Reflection;

namespace PlexBridge.Storage;

/// <summary>One numbered step of the schema.</summary>
internal sealed record Migration(int Number, string Name, string Text);

/// <summary>The numbered, forward-only steps embedded in the program; PRAGMA user_version says how far a database is.</summary>
internal static class Migrations
{
    private const string Prefix = "PlexBridge.Storage.Migrations.";

    /// <summary>All steps of this program, in order.</summary>
    public static IReadOnlyList<Migration> All { get; } = ReadEmbedded();

    /// <summary>The schema number of a database; 0 for an empty one.</summary>
    public static int ReadVersion(DbConnection connection) => (int)connection.Number("PRAGMA user_version");

    /// <summary>Applies one step unless another process was quicker. Runs inside the caller's transaction.</summary>
    public static void Apply(DbConnection connection, Migration migration)
    {
        if (ReadVersion(connection) >= migration.Number) return;
        connection.Execute(migration.Text);
        // A pragma takes no parameters; the number is ours.
        connection.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {migration.Number}"));
    }

    private static List<Migration> ReadEmbedded()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => Read(assembly, name))
            .OrderBy(migration => migration.Number)];
    }

    private static Migration Read(Assembly assembly, string resource)
    {
        var name = resource[Prefix.Length..];
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        return new(int.Parse(name.AsSpan(0, 4), CultureInfo.InvariantCulture), name, reader.ReadToEnd());
    }
}
