using System.Diagnostics;
using Floodwall.Ledger;
using Floodwall.Load.Flood;
using Floodwall.Load.Measuring;
using Floodwall.Pipeline;

namespace Floodwall.Load.Scenarios.EndToEnd;

/// <summary>
/// Runs floods through walls: open, a first part that defines names and settles, the measured part, one more intent whose
/// caller waits for Signed, close, prove. Only from the measured part's first submit on is time taken.
/// </summary>
internal sealed class WallRun(FloodShape flood, LedgerShelf ledgers)
{
    private readonly Dictionary<(long Told, bool HasLedger, int Rules), string> _answers = [];

    /// <summary>How many stage threads were pinned, by the layout of threads.</summary>
    public SortedDictionary<string, string> Pinned { get; } = [];

    /// <summary>One run.</summary>
    /// <param name="layout">The way.</param>
    /// <param name="settling">Intents before the clock starts.</param>
    /// <param name="intents">Intents under the clock.</param>
    /// <returns>A reading for each tier.</returns>
    /// <exception cref="WrongAnswerException">The work was not done, or done differently than in an earlier run.</exception>
    public IReadOnlyList<Reading> Run(WallLayout layout, long settling, long intents)
    {
        FloodShape shape = flood with { Rules = layout.Rules };
        LedgerOptions? ledger = layout.HasLedger ? ledgers.NextLedger() : null;
        if (layout.IsFresh)
        {
            ledger = ledger! with { RecycleDirectory = null };
        }

        DecisionTally tally = new();
        List<Reading> readings = layout.Topology is { } topology
            ? RunPipeline(shape, layout, topology, ledger, tally, settling, intents)
            : RunWall(shape, layout, ledger, tally, settling, intents);

        string answer = $"{tally.Decided} decided ({tally.Admitted} admitted), {tally.Told - tally.Decided} refused, id sum {tally.IdSum:x}";
        if (ledger is not null)
        {
            answer = $"{answer}; {LedgerProof.Of(ledger.Directory, tally.Decided, tally.DecidedIdSum)}";
        }

        // One producer's flood has one answer whatever the layout: the same counts and, where there is a ledger, the same root.
        (long, bool, int) question = (tally.Told, layout.HasLedger, layout.Rules);
        if (layout.Producers == 1 && !_answers.TryAdd(question, answer))
        {
            WrongAnswerException.ThrowUnlessEqual(_answers[question], answer, $"{layout.Name} against the runs before");
        }

        return [.. readings.Select(reading => reading with { Proof = answer })];
    }

    private List<Reading> RunPipeline(
        FloodShape shape, WallLayout layout, Topology topology, LedgerOptions? ledger, DecisionTally tally, long settling, long intents)
    {
        SigningLog signer = new(FloodShape.Signer);
        using FloodwallPipeline pipeline = FloodwallPipeline.Open(shape.Wall(ledger, tally, signer), layout.Pipeline(topology));
        Pinned[layout.Threads] = $"{pipeline.PinnedThreads} of {Topologies.Threads(topology)}";
        FloodNames names = shape.Intern(pipeline.Vocabulary);
        FloodClock clock = new();
        Producer[] threads =
            [.. Enumerable.Range(0, layout.Producers).Select(i => new Producer(pipeline, new IntentStream(shape, names, clock, i)))];
        try
        {
            Producer.SubmitAll(threads, pipeline, tally, settling);
            string firstTier = layout.Series(ledger is null ? Tiers.Off : Tiers.Appended);
            Meter meter = Meter.Start();
            long told = Producer.SubmitAll(threads, pipeline, tally, intents);
            long started = Producer.Earliest(threads);
            Reading first = meter.Stop(firstTier, intents, started, told);
            List<Reading> readings = [first with { ProducerBytes = threads.Sum(thread => thread.Allocated) }];
            if (ledger is not null)
            {
                readings[0] = WithFigures(readings[0], signer.Between(started, told));
                Intent last = Last(threads[0].Stream);
                (long durable, long signed) = AwaitTiers(pipeline, tally, last);
                readings.Add(meter.Stop(layout.Series(Tiers.Durable), intents + 1, started, durable));
                readings.Add(meter.Stop(layout.Series(Tiers.Signed), intents + 1, started, signed));
            }

            pipeline.Close();
            WrongAnswerException.ThrowUnless(pipeline.Fault is null, $"{layout.Name}: the wall failed: {pipeline.Fault?.Message}");
            Require(layout, tally, pipeline.Counters, settling + intents + (ledger is null ? 0 : 1));
            return readings;
        }
        finally
        {
            Array.ForEach(threads, thread => thread.Dispose());
        }
    }

    private static List<Reading> RunWall(FloodShape shape, WallLayout layout, LedgerOptions? ledger, DecisionTally tally, long settling, long intents)
    {
        SigningLog signer = new(FloodShape.Signer);
        using Wall wall = Wall.Open(shape.Wall(ledger, tally, signer));
        FloodNames names = shape.Intern(wall.Vocabulary);
        IntentStream stream = new(shape, names);
        string firstTier = layout.Series(ledger is null ? Tiers.Off : Tiers.Appended);
        double[] chunks = new double[(Math.Max(settling, intents) + Producer.Chunk - 1) / Producer.Chunk];
        Submit(wall, stream, settling, chunks);

        Meter meter = Meter.Start();
        long started = Stopwatch.GetTimestamp();
        Submit(wall, stream, intents, chunks);
        long told = Stopwatch.GetTimestamp();
        Reading first = meter.Stop(firstTier, intents, started, told);
        Array.Sort(chunks);
        List<Reading> readings = [first with { ProducerBytes = first.AllocatedBytes, Undisturbed = chunks[chunks.Length / 10] }];
        if (ledger is not null)
        {
            readings[0] = WithFigures(readings[0], signer.Between(started, told));
            wall.Submit(Last(stream));
            wall.Checkpoint();
            readings.Add(meter.Stop(layout.Series(Tiers.Signed), intents + 1));
        }

        wall.Close();
        Require(layout, tally, wall.Counters, settling + intents + (ledger is null ? 0 : 1));
        return readings;
    }

    /// <summary>A reading that says how long it is and how many checkpoints were signed meanwhile.</summary>
    public static Reading WithFigures(Reading reading, int checkpoints) =>
        reading with { Figures = new Dictionary<string, double> { [SigningLog.Seconds] = reading.Seconds, [SigningLog.Checkpoints] = checkpoints } };

    /// <summary>So many ticks later that no agent's bucket is empty.</summary>
    private static Intent Last(IntentStream stream)
    {
        Intent last = stream.Next();
        last.SubmittedTick += 1_000_000;
        return last;
    }

    private static void Submit(Wall wall, IntentStream stream, long intents, double[] nanoseconds)
    {
        for (int i = 0; intents > 0; intents -= Producer.Chunk, i++)
        {
            long count = Math.Min(intents, Producer.Chunk);
            long start = Stopwatch.GetTimestamp();
            SubmitChunk(wall, stream, count);
            nanoseconds[i] = Stopwatch.GetElapsedTime(start).TotalNanoseconds / count;
        }
    }

    private static void SubmitChunk(Wall wall, IntentStream stream, long intents)
    {
        for (; intents > 0; intents--)
        {
            wall.Submit(in stream.Next());
        }
    }

    /// <summary>Whoever waits for a tier makes the checkpoint come at once, and not only at the next interval.</summary>
    private static (long Durable, long Signed) AwaitTiers(FloodwallPipeline pipeline, DecisionTally tally, Intent last)
    {
        tally.Aim(tally.Told + 1);
        Task<Decision> task = pipeline.SubmitAsync(in last, AckTier.Signed).AsTask();
        long durable = 0;
        while (!task.IsCompleted)
        {
            if (durable == 0 && tally.IsReached && pipeline.Sizes is var sizes && sizes.Durable >= sizes.Appended)
            {
                durable = Stopwatch.GetTimestamp();
            }

            Thread.Sleep(1);
        }

        long signed = Stopwatch.GetTimestamp();
        Decision decision = task.GetAwaiter().GetResult();
        WrongAnswerException.ThrowUnless(decision.Tier == AckTier.Signed, $"the last intent came back {decision.Outcome} at tier {decision.Tier}, not Signed");
        return (durable == 0 ? signed : durable, signed);
    }

    private static void Require(WallLayout layout, DecisionTally tally, WallCounters counters, long submitted)
    {
        WrongAnswerException.ThrowUnlessEqual(submitted, tally.Told, $"{layout.Name}: outcomes told");
        WrongAnswerException.ThrowUnlessEqual((ulong)submitted, counters.Decided + counters.Refused, $"{layout.Name}: decided and refused");
        WrongAnswerException.ThrowUnlessEqual((ulong)tally.Decided, counters.Decided, $"{layout.Name}: decisions told");
    }
}
