using System.Diagnostics;
using Floodwall.Ledger;
using Floodwall.Load.Flood;
using Floodwall.Load.Measuring;
using Floodwall.Pipeline;

namespace Floodwall.Load.Scenarios.OpenLoop;

/// <summary>What an open loop is.</summary>
/// <param name="Topology">The wall's threads.</param>
/// <param name="Wait">How stages wait.</param>
/// <param name="PerSecond">The rate asked for; <see cref="Unbounded"/> to send as fast as the wall takes it.</param>
/// <param name="Settling">Intents sent as fast as possible before.</param>
/// <param name="Intents">Intents of the schedule.</param>
internal sealed record OpenLoop(Topology Topology, WaitMode Wait, long PerSecond, long Settling, long Intents)
{
    /// <summary>A rate that no wall keeps up with.</summary>
    public const long Unbounded = 1_000_000_000;

    /// <summary>One in so many intents waits for Durable or Signed, in turn; 0 for none.</summary>
    public int SampleEvery { get; init; }

    /// <summary>Stretches that the schedule is cut into, each with a histogram of its own.</summary>
    public int Windows { get; init; } = 1;

    /// <summary>Called on a thread of its own while the loop runs, over and over, and once more at the end; null for nothing.</summary>
    public Action? Watch { get; init; }
}

/// <summary>What an open loop gave. Times are in timestamps of <see cref="Stopwatch"/>.</summary>
internal sealed record OpenLoopResult
{
    public required Reading Reading { get; init; }

    public required LatencyHistogram[] Appended { get; init; }

    /// <summary>Null where nobody waited.</summary>
    public required TierWaiters? Waiters { get; init; }

    /// <summary>Intents a second from the first due time to the last send.</summary>
    public required double SentPerSecond { get; init; }

    /// <summary>Intents a second from the first due time to the last decision told.</summary>
    public required double ToldPerSecond { get; init; }

    public required long LargestLag { get; init; }

    public required long LastLag { get; init; }

    /// <summary>Where the sender stood still.</summary>
    public required StallMeter Stalls { get; init; }
}

/// <summary>Opens a wall, sends a schedule, proves the answers.</summary>
internal sealed class OpenLoopRun(FloodShape shape, LedgerShelf ledgers)
{
    private const int MostWaiting = 60_000;

    /// <summary>So that the sender stands ready when the first intent is due.</summary>
    public static TimeSpan Headstart { get; } = TimeSpan.FromMilliseconds(2);

    /// <exception cref="WrongAnswerException">The work was not done.</exception>
    public OpenLoopResult Run(string series, OpenLoop loop)
    {
        LedgerOptions ledger = ledgers.NextLedger();
        LatencyTally tally = new([.. Enumerable.Range(0, loop.Windows).Select(_ => new LatencyHistogram())]);
        using FloodwallPipeline pipeline = FloodwallPipeline.Open(
            shape.Wall(ledger, tally), new PipelineOptions { Topology = loop.Topology, Wait = loop.Wait });
        IntentStream stream = new(shape, shape.Intern(pipeline.Vocabulary));
        TierWaiters? waiters = loop.SampleEvery > 0 ? new TierWaiters(pipeline, MostWaiting) : null;
        Settle(pipeline, stream, tally, waiters, loop.Settling);
        waiters?.Clear();

        using Watcher? watcher = loop.Watch is { } watch ? new Watcher(watch) : null;
        OpenLoopSender<PipelineTarget> sender = new(new PipelineTarget(pipeline), stream, waiters, loop.SampleEvery);
        tally.Counts.Aim(loop.Settling + loop.Intents);
        Meter meter = Meter.Start();
        SendSchedule schedule = new(Stopwatch.GetTimestamp() + (long)(Headstart.TotalSeconds * Stopwatch.Frequency), loop.PerSecond, Stopwatch.Frequency);
        tally.Arm(schedule, (ulong)loop.Settling, loop.Intents);
        sender.Send(schedule, loop.Intents);
        long told = tally.Counts.Wait(pipeline);
        waiters?.Await();
        Reading reading = meter.Stop(series, loop.Intents, schedule.Start, told);
        watcher?.Stop();
        tally.Disarm();

        pipeline.Close();
        WrongAnswerException.ThrowUnless(pipeline.Fault is null, $"{series}: the wall failed: {pipeline.Fault?.Message}");
        Require(series, tally, pipeline.Counters, loop, waiters);
        string proof = $"{tally.Counts.Decided} decided ({tally.Counts.Admitted} admitted), {tally.Counts.Told - tally.Counts.Decided} refused; "
            + LedgerProof.Of(ledger.Directory, tally.Counts.Decided, tally.Counts.DecidedIdSum);
        return new OpenLoopResult
        {
            Reading = reading with { ProducerBytes = sender.Allocated, Proof = proof },
            Appended = tally.Windows,
            Waiters = waiters,
            SentPerSecond = loop.Intents / Stopwatch.GetElapsedTime(schedule.Start, sender.LastSent).TotalSeconds,
            ToldPerSecond = loop.Intents / Stopwatch.GetElapsedTime(schedule.Start, told).TotalSeconds,
            LargestLag = sender.LargestLag,
            LastLag = sender.LastLag,
            Stalls = sender.Stalls,
        };
    }

    // As fast as it goes: names are defined, code is compiled, waits have been made.
    private static void Settle(FloodwallPipeline pipeline, IntentStream stream, LatencyTally tally, TierWaiters? waiters, long intents)
    {
        tally.Counts.Aim(intents);
        const int SampleEvery = 16;
        new OpenLoopSender<PipelineTarget>(new PipelineTarget(pipeline), stream, waiters, SampleEvery).Send(new SendSchedule(Stopwatch.GetTimestamp(), OpenLoop.Unbounded, Stopwatch.Frequency), intents);
        tally.Counts.Wait(pipeline);
        waiters?.Await();
    }

    private static void Require(string series, LatencyTally tally, WallCounters counters, OpenLoop loop, TierWaiters? waiters)
    {
        long submitted = loop.Settling + loop.Intents;
        WrongAnswerException.ThrowUnlessEqual(submitted, tally.Counts.Told, $"{series}: outcomes told");
        WrongAnswerException.ThrowUnlessEqual((ulong)submitted, counters.Decided + counters.Refused, $"{series}: decided and refused");
        WrongAnswerException.ThrowUnlessEqual(0ul, counters.HandlerFaults, $"{series}: faults of the handler");
        WrongAnswerException.ThrowUnless(
            tally.Windows.Sum(window => window.Count) <= loop.Intents && tally.Windows.Sum(window => window.Count) >= loop.Intents - (long)counters.Refused,
            $"{series}: {tally.Windows.Sum(window => window.Count)} latencies of {loop.Intents} intents, {counters.Refused} refused in all");
        if (waiters is not null)
        {
            WrongAnswerException.ThrowUnlessEqual(waiters.Submitted, waiters.Durable.Count + waiters.Signed.Count + waiters.Refused, $"{series}: answers to callers who waited");
            WrongAnswerException.ThrowUnlessEqual(loop.Intents / loop.SampleEvery, waiters.Submitted, $"{series}: callers who waited");
        }
    }

    private sealed class Watcher : IDisposable
    {
        private readonly Thread _thread;
        private bool _stopping;

        public Watcher(Action watch)
        {
            _thread = new Thread(() =>
            {
                while (!Volatile.Read(ref _stopping))
                {
                    watch();
                }

                watch();
            })
            {
                IsBackground = true,
                Name = "load-watcher",
            };
            _thread.Start();
        }

        public void Stop()
        {
            Volatile.Write(ref _stopping, true);
            _thread.Join();
        }

        public void Dispose() => Stop();
    }
}
