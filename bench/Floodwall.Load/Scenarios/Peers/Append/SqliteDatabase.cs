using Microsoft.Data.Sqlite;

namespace Floodwall.Load.Scenarios.Peers.Append;

/// <summary>A database of records, set up for appending: write-ahead log, synchronous=NORMAL (synced at the log's checkpoints, not at commits).</summary>
internal static class SqliteDatabase
{
    /// <summary>Rows of a transaction.</summary>
    public const int RowsPerTransaction = 8192;

    public const string Insert = "INSERT INTO decisions(id, entry) VALUES ($id, $entry)";

    /// <summary>Null, or why SQLite cannot be had here.</summary>
    public static string? Missing { get; } = Load();

    /// <summary>The library's version.</summary>
    public static string Version => SQLitePCL.raw.sqlite3_libversion().utf8_to_string();

    /// <summary>Makes one with its table.</summary>
    public static SqliteConnection Create(string path)
    {
        SqliteConnection connection = new(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        Execute(connection, "PRAGMA journal_mode=WAL");
        Execute(connection, "PRAGMA synchronous=NORMAL");
        Execute(connection, "CREATE TABLE decisions(id INTEGER PRIMARY KEY, entry BLOB NOT NULL)");
        return connection;
    }

    public static void Execute(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Rows, sum of their ids, bytes of their records.</summary>
    public static (long Rows, long Ids, long Bytes) Count(SqliteConnection connection)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT count(*), coalesce(sum(id), 0), coalesce(sum(length(entry)), 0) FROM decisions";
        using SqliteDataReader reader = command.ExecuteReader();
        reader.Read();
        return (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2));
    }

    private static string? Load()
    {
        try
        {
            SQLitePCL.Batteries_V2.Init();
            return null;
        }
        catch (Exception failure) when (failure is DllNotFoundException or BadImageFormatException or TypeInitializationException or EntryPointNotFoundException)
        {
            return failure.GetBaseException().Message;
        }
    }
}
