using System.Runtime.InteropServices;
using Floodwall.Load.Measuring;
using Floodwall.Load.Scenarios.Peers.Assembly;
using Floodwall.Load.Scenarios.Stages;
using Floodwall.Pipeline;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Floodwall.Load.Scenarios.Peers.Append;

/// <summary>54-byte records into SQLite, one prepared statement, many rows to a transaction. The records are not hashed: that would come on top.</summary>
internal abstract class SqliteAppend : Stage, IDisposable
{
    private const int IdOffset = HashChainLog.HeaderBytes + 7;

    private long _next;

    protected SqliteAppend(string path)
    {
        Connection = SqliteDatabase.Create(path);
        new Random(1).NextBytes(Record);
    }

    public override long MostOperations => 4_000_000;

    protected SqliteConnection Connection { get; }

    protected byte[] Record { get; } = new byte[HashChainLog.HeaderBytes + DecisionEntry.CoreLength];

    public override void Run(long operations)
    {
        while (operations > 0)
        {
            int rows = (int)Math.Min(operations, SqliteDatabase.RowsPerTransaction);
            Begin();
            for (int i = 0; i < rows; i++)
            {
                MemoryMarshal.Write(Record.AsSpan(IdOffset), _next);
                Insert(_next++);
            }

            Commit();
            operations -= rows;
        }
    }

    public override string Check(long operations)
    {
        (long rows, long ids, long bytes) = SqliteDatabase.Count(Connection);
        WrongAnswerException.ThrowUnlessEqual(operations, rows, "rows in the database");
        WrongAnswerException.ThrowUnlessEqual(operations * Record.Length, bytes, "bytes in the database");
        return FloodBench.RequireIdSum(operations, (ulong)ids);
    }

    public virtual void Dispose() => Connection.Dispose();

    protected abstract void Begin();

    /// <summary>Inserts <see cref="Record"/>.</summary>
    protected abstract void Insert(long id);

    protected abstract void Commit();
}

/// <summary>By Microsoft.Data.Sqlite, as its documentation advises for bulk inserts: a transaction, and the same parameterized command for every row.</summary>
internal sealed class SqliteCommandAppend : SqliteAppend
{
    private readonly SqliteCommand _insert;
    private readonly SqliteParameter _id;
    private SqliteTransaction? _transaction;

    public SqliteCommandAppend(string path)
        : base(path)
    {
        _insert = Connection.CreateCommand();
        _insert.CommandText = SqliteDatabase.Insert;
        _id = _insert.Parameters.Add("$id", SqliteType.Integer);
        _insert.Parameters.Add("$entry", SqliteType.Blob).Value = Record;
        _insert.Prepare();
    }

    public override void Dispose()
    {
        _insert.Dispose();
        base.Dispose();
    }

    protected override void Begin()
    {
        _transaction = Connection.BeginTransaction();
        _insert.Transaction = _transaction;
    }

    protected override void Insert(long id)
    {
        _id.Value = id;
        _insert.ExecuteNonQuery();
    }

    protected override void Commit()
    {
        _transaction!.Commit();
        _transaction.Dispose();
    }
}

/// <summary>By SQLite's own functions, without ADO.NET between: the least that a row costs.</summary>
internal sealed class SqliteStatementAppend : SqliteAppend
{
    private readonly sqlite3_stmt _insert;

    public SqliteStatementAppend(string path)
        : base(path)
    {
        Require(raw.sqlite3_prepare_v2(Connection.Handle, SqliteDatabase.Insert, out _insert), raw.SQLITE_OK);
    }

    public override void Dispose()
    {
        _insert.Dispose();
        base.Dispose();
    }

    protected override void Begin() => SqliteDatabase.Execute(Connection, "BEGIN");

    protected override void Insert(long id)
    {
        Require(raw.sqlite3_bind_int64(_insert, 1, id), raw.SQLITE_OK);
        Require(raw.sqlite3_bind_blob(_insert, 2, Record), raw.SQLITE_OK);
        Require(raw.sqlite3_step(_insert), raw.SQLITE_DONE);
        Require(raw.sqlite3_reset(_insert), raw.SQLITE_OK);
    }

    protected override void Commit() => SqliteDatabase.Execute(Connection, "COMMIT");

    private static void Require(int result, int expected) =>
        WrongAnswerException.ThrowUnless(result == expected, $"SQLite answered {result}, expected {expected}");
}
