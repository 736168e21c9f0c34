using System.Diagnostics;
using Floodwall.Load.Flood;
using Floodwall.Load.Measuring;
using Floodwall.Pipeline;

namespace Floodwall.Load.Scenarios.OpenLoop;

/// <summary>
/// The open loop of <see cref="OpenLoopRun"/> with nothing behind the sender: each intent is told as decided where it is sent. What is
/// late here is the machine's doing, and the least that any wall can show on it.
/// </summary>
internal static class ScheduleAlone
{
    /// <exception cref="WrongAnswerException">Something was not sent.</exception>
    public static OpenLoopResult Run(string series, FloodShape shape, long perSecond, long intents)
    {
        LatencyTally tally = new([new LatencyHistogram()]);
        IntentStream stream = new(shape, shape.Intern(new Vocabulary()));
        OpenLoopSender<Echo> sender = new(new Echo(tally), stream, waiters: null, sampleEvery: 0);
        tally.Counts.Aim(intents);
        Meter meter = Meter.Start();
        SendSchedule schedule = new(
            Stopwatch.GetTimestamp() + (long)(OpenLoopRun.Headstart.TotalSeconds * Stopwatch.Frequency), perSecond, Stopwatch.Frequency);
        tally.Arm(schedule, firstId: 0, intents);
        sender.Send(schedule, intents);
        Reading reading = meter.Stop(series, intents, schedule.Start, sender.LastSent);
        WrongAnswerException.ThrowUnlessEqual(intents, tally.Windows[0].Count, $"{series}: latencies");
        double seconds = Stopwatch.GetElapsedTime(schedule.Start, sender.LastSent).TotalSeconds;
        return new OpenLoopResult
        {
            Reading = reading with { ProducerBytes = sender.Allocated, Proof = $"{intents} sent, and nothing done" },
            Appended = tally.Windows,
            Waiters = null,
            SentPerSecond = intents / seconds,
            ToldPerSecond = intents / seconds,
            LargestLag = sender.LargestLag,
            LastLag = sender.LastLag,
            Stalls = sender.Stalls,
        };
    }

    private readonly struct Echo(LatencyTally tally) : IIntentTarget
    {
        public void Submit(in Intent intent) => tally.OnDecision(in intent, new Decision { IntentId = intent.Id, Outcome = Outcome.Decided });
    }
}
