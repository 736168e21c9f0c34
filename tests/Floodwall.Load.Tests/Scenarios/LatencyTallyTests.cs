using System.Diagnostics;
using Floodwall.Load.Measuring;
using Floodwall.Load.Scenarios.OpenLoop;
using Floodwall.Pipeline;
using Floodwall.Tests;

namespace Floodwall.Load.Tests.Scenarios;

[Collection(nameof(Alone))]
public sealed class LatencyTallyTests
{
    private const ulong FirstId = 500;

    private static readonly Decision Decided = new() { Outcome = Outcome.Decided };

    [Fact]
    public void A_stall_counts_for_everyone_who_was_due_meanwhile()
    {
        // A thousand intents of the last second, all answered only now: however late they were sent, half of them waited half a second or more.
        LatencyTally tally = new([new LatencyHistogram()]);
        tally.Arm(new SendSchedule(Stopwatch.GetTimestamp() - Stopwatch.Frequency, 1000, Stopwatch.Frequency), FirstId, 1000);
        for (ulong i = 0; i < 1000; i++)
        {
            tally.OnDecision(new Intent { Id = FirstId + i }, in Decided);
        }

        LatencyHistogram times = tally.Windows[0];
        Assert.Equal(1000, times.Count);
        Assert.True(times.Max >= Stopwatch.Frequency);
        Assert.True(times.Percentile(0.5) >= Stopwatch.Frequency / 2);
    }

    [Fact]
    public void Whoever_comes_out_of_order_is_timed_from_its_own_time()
    {
        LatencyTally tally = new([new LatencyHistogram()]);
        tally.Arm(new SendSchedule(Stopwatch.GetTimestamp() - (100 * Stopwatch.Frequency), 1, Stopwatch.Frequency), FirstId, 100);
        tally.OnDecision(new Intent { Id = FirstId + 90 }, in Decided);
        Assert.InRange(tally.Windows[0].Max, 10 * Stopwatch.Frequency, 90 * Stopwatch.Frequency);
        tally.OnDecision(new Intent { Id = FirstId }, in Decided);
        Assert.True(tally.Windows[0].Max >= 100 * Stopwatch.Frequency);
    }

    [Fact]
    public void Stretches_share_the_intents_evenly_and_the_last_takes_the_rest()
    {
        LatencyTally tally = Told(intents: 10, windows: 3, in Decided);
        Assert.Equal([4L, 4, 2], tally.Windows.Select(window => window.Count));
    }

    [Fact]
    public void Refusals_are_counted_and_not_timed()
    {
        LatencyTally tally = Told(intents: 5, windows: 1, new Decision { Outcome = Outcome.Refused });
        Assert.Equal((0, 5, 0), (tally.Windows[0].Count, tally.Counts.Told, tally.Counts.Decided));
    }

    [Fact]
    public void Nothing_is_timed_before_and_after()
    {
        LatencyTally tally = new([new LatencyHistogram()]);
        tally.OnDecision(new Intent { Id = 1 }, in Decided);
        tally.Arm(new SendSchedule(Stopwatch.GetTimestamp(), 1_000_000, Stopwatch.Frequency), FirstId, 1);
        tally.Disarm();
        tally.OnDecision(new Intent { Id = 2 }, in Decided);
        Assert.Equal((0, 2), (tally.Windows[0].Count, tally.Counts.Told));
    }

    [Fact]
    public void Timing_allocates_nothing()
    {
        Told(intents: 1000, windows: 2, in Decided);
        LatencyTally tally = new([new LatencyHistogram()]);
        tally.Arm(new SendSchedule(Stopwatch.GetTimestamp() - Stopwatch.Frequency, 1_000_000, Stopwatch.Frequency), FirstId, 50_000);
        using NoCollection exact = new();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Tell(tally, 50_000, in Decided);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static LatencyTally Told(int intents, int windows, in Decision decision)
    {
        LatencyTally tally = new([.. Enumerable.Range(0, windows).Select(_ => new LatencyHistogram())]);
        tally.Arm(new SendSchedule(Stopwatch.GetTimestamp() - Stopwatch.Frequency, 1_000_000, Stopwatch.Frequency), FirstId, intents);
        Tell(tally, intents, in decision);
        return tally;
    }

    private static void Tell(LatencyTally tally, int intents, in Decision decision)
    {
        for (int i = 0; i < intents; i++)
        {
            tally.OnDecision(new Intent { Id = FirstId + (ulong)i }, in decision);
        }
    }
}
