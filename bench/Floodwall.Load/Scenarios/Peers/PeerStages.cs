using Disruptor;
using Floodwall.Load.Flood;
using Floodwall.Load.Measuring;
using Floodwall.Load.Scenarios.Peers.Admission;
using Floodwall.Load.Scenarios.Peers.Append;
using Floodwall.Load.Scenarios.Peers.Hop;
using Floodwall.Load.Scenarios.Peers.Queue;
using Floodwall.Load.Scenarios.Stages;

namespace Floodwall.Load.Scenarios.Peers;

/// <summary>Each stage and the libraries that are usually taken for it.</summary>
internal static class PeerStages
{
    public const string Ring = "hop: Disruptor ring (LowLatency)";
    public const string RingBalanced = "hop: Disruptor ring (Balanced)";
    public const string Channel = "hop: bounded Channel";
    public const string ChannelSpinning = "hop: bounded Channel, writer spins";
    public const string ChannelUnbounded = "hop: unbounded Channel";
    public const string ActionBlock = "hop: ActionBlock, bounded";
    public const string ActionBlockUnbounded = "hop: ActionBlock, unbounded";
    public const string BufferBlock = "hop: BufferBlock, bounded";
    public const string Limiter = "admission: PartitionedRateLimiter";
    public const string Buckets = "admission: TokenBuckets";
    public const string WholeAdmission = "admission: AdmissionStage";
    public const string Heap = "queue: PriorityQueue, priority and age";
    public const string PlainHeap = "queue: PriorityQueue, priority alone";
    public const string Lanes = "queue: PriorityLanes";
    public const string Sqlite = "append: SQLite (Microsoft.Data.Sqlite)";
    public const string SqliteRaw = "append: SQLite (its own functions)";
    public const string Chain = "append: FileStream and SHA-256 chain";
    public const string Ledger = "append: ledger, checkpoints signed";

    /// <summary>Every stage in the order of a round; SQLite only where it can be loaded.</summary>
    public static IReadOnlyList<StageKind> All(FloodShape shape, LedgerShelf ledgers) =>
    [
        new(Channel, "TryWrite, else await WriteAsync; WaitToReadAsync and TryRead; 4096 slots of 64 bytes, one reader, one writer", () => ChannelHop.Bounded(RoomWait.Awaits)),
        new(ChannelSpinning, "the same, but a writer without room tries again, spinning and yielding", () => ChannelHop.Bounded(RoomWait.Spins)),
        new(ChannelUnbounded, "no bound, so no backpressure: a courtesy; a call of 262,144 runs empty at its end", ChannelHop.Unbounded),
        new(ActionBlock, "TPL Dataflow: Post, else await SendAsync; capacity 4096, one message at a time", () => new ActionBlockHop(HopSlot.Capacity)),
        new(ActionBlockUnbounded, "no bound and SingleProducerConstrained: a courtesy", () => new ActionBlockHop(-1)),
        new(BufferBlock, "TPL Dataflow: OutputAvailableAsync and TryReceive; capacity 4096", () => new BufferBlockHop()),
        new(Ring, "claim, write, publish one at a time; 4096 slots of 64 bytes, YieldingWaitStrategy", () => new RingHop(new YieldingWaitStrategy())),
        new(RingBalanced, "the same with SleepingWaitStrategy, which costs nearly nothing when idle", () => new RingHop(new SleepingWaitStrategy())),
        new(Limiter, "AttemptAcquire with the intent's agent; a token bucket each, nobody runs out", () => new LimiterStage(shape)),
        new(Buckets, "TokenBuckets.Take: a token, refilled by ticks", () => new BucketsStage(shape)),
        new(WholeAdmission, "AdmissionStage.Admit: also duplicates and the queue's bound", () => new WholeAdmissionStage(shape)),
        new(Heap, $"one in, one out, {QueueStage<AgedHeap>.Depth} waiting; a heap of the places where the intents lie; the order of the lanes", () => new QueueStage<AgedHeap>(new FloodBench(shape), depth => new AgedHeap(depth), keepsAge: true)),
        new(PlainHeap, "the same by priority alone, in any order among equals: less than the lanes do", () => new QueueStage<PlainHeap>(new FloodBench(shape), depth => new PlainHeap(depth), keepsAge: false)),
        new(Lanes, "PriorityLanes.Enqueue and Dequeue", () => new QueueStage<LanesQueue>(new FloodBench(shape), depth => new LanesQueue(depth), keepsAge: true)),
        .. SqliteDatabase.Missing is not null ? (StageKind[])[] :
        [
            new(Sqlite, $"WAL, synchronous=NORMAL, one parameterized command, {SqliteDatabase.RowsPerTransaction} rows a transaction; records not hashed", () => new SqliteCommandAppend(ledgers.NextPath())),
            new(SqliteRaw, "the same without ADO.NET: bind, step, reset", () => new SqliteStatementAppend(ledgers.NextPath())),
        ],
        new(Chain, "SHA256.HashData over head and record, buffered FileStream, handed to the operating system every 1024 records; never synced, never signed", () => new ChainAppend(ledgers.NextLog())),
        new(Ledger, "LedgerWriter.Begin and Commit, Merkle tree and chain included; checkpoints synced and signed meanwhile, one in every call of 262,144 at least", () => new SignedAppend(ledgers.NextLedger())),
    ];

    /// <summary>The pairs that the report puts forward.</summary>
    public static IEnumerable<Comparison> Compare(IReadOnlyList<Series> series)
    {
        Series Of(string name) => series.First(one => one.Name == name);

        // Which way of waiting is the better one depends on the machine; the target is held against the faster.
        Series channel = Of(Channel).Nanoseconds.Median <= Of(ChannelSpinning).Nanoseconds.Median ? Of(Channel) : Of(ChannelSpinning);
        yield return Comparison.Of("hop, against the faster bounded Channel", channel, Of(Ring), target: 10);
        yield return Comparison.Of("hop (Balanced), against the faster bounded Channel", channel, Of(RingBalanced), target: 10, inIndex: false);
        yield return Comparison.Of("hop, against a bounded Channel as documented", Of(Channel), Of(Ring), inIndex: false);
        yield return Comparison.Of("hop, against an unbounded Channel", Of(ChannelUnbounded), Of(Ring), inIndex: false);
        yield return Comparison.Of("hop, against an ActionBlock", Of(ActionBlock), Of(Ring));
        yield return Comparison.Of("hop, against an unbounded ActionBlock", Of(ActionBlockUnbounded), Of(Ring), inIndex: false);
        yield return Comparison.Of("hop, against a BufferBlock", Of(BufferBlock), Of(Ring), inIndex: false);
        yield return Comparison.Of("admission, against PartitionedRateLimiter", Of(Limiter), Of(WholeAdmission), target: 20);
        yield return Comparison.Of("token buckets alone, against PartitionedRateLimiter", Of(Limiter), Of(Buckets), target: 20, inIndex: false);
        yield return Comparison.Of("queue, against PriorityQueue in the same order", Of(Heap), Of(Lanes));
        yield return Comparison.Of("queue, against PriorityQueue by priority alone", Of(PlainHeap), Of(Lanes), inIndex: false);
        if (SqliteDatabase.Missing is null)
        {
            yield return Comparison.Of("append, against SQLite", Of(Sqlite), Of(Ledger));
            yield return Comparison.Of("append, against SQLite without ADO.NET", Of(SqliteRaw), Of(Ledger), inIndex: false);
        }

        yield return Comparison.Of("append, against a FileStream hash chain", Of(Chain), Of(Ledger));
    }
}
