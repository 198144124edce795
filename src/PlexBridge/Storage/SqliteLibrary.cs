using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using SQLitePCL;

namespace PlexBridge.Storage;

/// <summary>Ties Microsoft.Data.Sqlite to the SQLite that is linked in (native) or lies beside the program (JIT).</summary>
internal static class SqliteLibrary
{
    public static string Version => raw.sqlite3_libversion().utf8_to_string();

    [ModuleInitializer]
    internal static void Initialize()
    {
        // Microsoft.Data.Sqlite names a newer SQLitePCLRaw.core than can be had, and the runtime's binder refuses an
        // older one unless it is handed over; see decisions/0002-sqlite-packages.md.
        AssemblyLoadContext.Default.Resolving += (_, name) => name.Name == "SQLitePCLRaw.core" ? typeof(raw).Assembly : null;
        UseProvider();
    }

    // Apart from Initialize: its types may be resolved only once the hook is in place.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void UseProvider()
    {
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
        raw.FreezeProvider();
    }
}
