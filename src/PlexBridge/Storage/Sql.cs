using System.Data.Common;

namespace PlexBridge.Storage;

/// <summary>Short ways to say a statement with parameters; the stores' own vocabulary over System.Data.Common.</summary>
internal static class Sql
{
    public static DbCommand Command(this DbConnection connection, string text, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = text;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value ?? DBNull.Value;
            command.Parameters.Add(parameter);
        }

        return command;
    }

    /// <summary>Runs a statement; returns how many rows it changed.</summary>
    public static int Execute(this DbConnection connection, string text, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = connection.Command(text, parameters);
        return command.ExecuteNonQuery();
    }

    /// <summary>The first column of the first row as a number; 0 where there is no row.</summary>
    public static long Number(this DbConnection connection, string text, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = connection.Command(text, parameters);
        return command.ExecuteScalar() is long number ? number : 0;
    }

    /// <summary>The first column of the first row as text; null where there is none.</summary>
    public static string? Text(this DbConnection connection, string text, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = connection.Command(text, parameters);
        return command.ExecuteScalar() as string;
    }

    public static string? TextOrNull(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static bool IsTrue(this DbDataReader row, int column) => row.GetInt64(column) != 0;
}
