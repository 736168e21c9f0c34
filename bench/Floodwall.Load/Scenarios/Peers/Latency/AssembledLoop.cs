using System.Diagnostics;
using Floodwall.Load.Flood;
using Floodwall.Load.Measuring;
using Floodwall.Load.Scenarios.OpenLoop;
using Floodwall.Load.Scenarios.Peers.Assembly;
using Floodwall.Load.Scenarios.Peers.EndToEnd;

namespace Floodwall.Load.Scenarios.Peers.Latency;

/// <summary>The open loop of <see cref="OpenLoopRun"/> with what is assembled from the box: the same sender, the same handler.</summary>
internal sealed class AssembledLoop(FloodShape shape, LedgerShelf ledgers, AssembledTuning tuning)
{
    /// <exception cref="WrongAnswerException">The work was not done.</exception>
    public OpenLoopResult Run(string series, long perSecond, long settling, long intents)
    {
        string path = ledgers.NextLog();
        LatencyTally tally = new([new LatencyHistogram()]);
        using AssembledWall wall = new(shape, path, tally, tuning: tuning);
        IntentStream stream = new(shape, shape.Intern(wall.Vocabulary));
        AssembledTarget target = new(wall);
        Func<Exception?> fault = () => wall.Fault;
        tally.Counts.Aim(settling);
        new OpenLoopSender<AssembledTarget>(target, stream, waiters: null, sampleEvery: 0)
            .Send(new SendSchedule(Stopwatch.GetTimestamp(), OpenLoop.OpenLoop.Unbounded, Stopwatch.Frequency), settling);
        tally.Counts.Wait(fault);

        OpenLoopSender<AssembledTarget> sender = new(target, stream, waiters: null, sampleEvery: 0);
        tally.Counts.Aim(settling + intents);
        Meter meter = Meter.Start();
        SendSchedule schedule = new(
            Stopwatch.GetTimestamp() + (long)(OpenLoopRun.Headstart.TotalSeconds * Stopwatch.Frequency), perSecond, Stopwatch.Frequency);
        tally.Arm(schedule, (ulong)settling, intents);
        sender.Send(schedule, intents);
        long told = tally.Counts.Wait(fault);
        Reading reading = meter.Stop(series, intents, schedule.Start, told);

        wall.Close();
        WrongAnswerException.ThrowUnlessEqual(settling + intents, tally.Counts.Told, $"{series}: outcomes told");
        WrongAnswerException.ThrowUnlessEqual(intents, tally.Windows[0].Count, $"{series}: latencies");
        FloodAnswer logged = FloodAnswer.OfLog(path);
        WrongAnswerException.ThrowUnlessEqual(tally.Counts.Decided, logged.Decided, $"{series}: decisions in the log");
        WrongAnswerException.ThrowUnlessEqual(tally.Counts.Admitted, logged.Admitted.Count, $"{series}: admitted in the log");
        return new OpenLoopResult
        {
            Reading = reading with
            {
                ProducerBytes = sender.Allocated,
                Proof = $"{tally.Counts.Decided} decided ({tally.Counts.Admitted} admitted), {tally.Counts.Told - tally.Counts.Decided} refused; {logged.Decided} records",
            },
            Appended = tally.Windows,
            Waiters = null,
            SentPerSecond = intents / Stopwatch.GetElapsedTime(schedule.Start, sender.LastSent).TotalSeconds,
            ToldPerSecond = intents / Stopwatch.GetElapsedTime(schedule.Start, told).TotalSeconds,
            LargestLag = sender.LargestLag,
            LastLag = sender.LastLag,
            Stalls = sender.Stalls,
        };
    }
}
