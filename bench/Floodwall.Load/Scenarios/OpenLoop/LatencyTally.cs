using System.Diagnostics;
using Floodwall.Load.Flood;
using Floodwall.Load.Measuring;
using Floodwall.Pipeline;

namespace Floodwall.Load.Scenarios.OpenLoop;

/// <summary>
/// The decision handler of an open loop: on the ledger's thread it takes the time from when an intent was due to when its decision is
/// appended and told. Allocates nothing.
/// </summary>
/// <param name="windows">Histograms, one for each stretch of the schedule.</param>
internal sealed class LatencyTally(LatencyHistogram[] windows) : IDecisionHandler
{
    private SendSchedule _schedule;
    private SendSchedule.Walker _walker;
    private long _number;
    private ulong _firstId;
    private long _perWindow;
    private long _windowEnd;
    private int _window;
    private bool _armed;

    /// <summary>Counts and sums over everything told, armed or not.</summary>
    public DecisionTally Counts { get; } = new();

    /// <summary>Decisions by stretch, in timestamps.</summary>
    public LatencyHistogram[] Windows => windows;

    /// <summary>From here on times are taken. Only while nothing is under way.</summary>
    /// <param name="schedule">When each intent is due.</param>
    /// <param name="firstId">The id of the schedule's first intent; ids go up by one.</param>
    /// <param name="intents">How many are going to be sent; they are spread over the windows evenly.</param>
    public void Arm(SendSchedule schedule, ulong firstId, long intents)
    {
        _schedule = schedule;
        _walker = schedule.Walk();
        _number = 0;
        _firstId = firstId;
        _window = 0;
        _perWindow = (intents + windows.Length - 1) / windows.Length;
        _windowEnd = _perWindow;
        Volatile.Write(ref _armed, true);
    }

    /// <summary>No more times are taken. Only while nothing is under way.</summary>
    public void Disarm() => Volatile.Write(ref _armed, false);

    public void OnDecision(in Intent intent, in Decision decision)
    {
        if (_armed)
        {
            long now = Stopwatch.GetTimestamp();
            long due = DueOf((long)(intent.Id - _firstId));
            if (decision.Outcome == Outcome.Decided)
            {
                windows[_window].Record(now - due);
            }
        }

        Counts.OnDecision(in intent, in decision);
    }

    // With one sender outcomes come in the order of the schedule; whichever does not is looked up.
    private long DueOf(long number)
    {
        if (number != _number)
        {
            return _schedule.DueAt(number);
        }

        if (number == _windowEnd)
        {
            _window++;
            _windowEnd += _perWindow;
        }

        long due = _walker.Due;
        _walker.Next();
        _number++;
        return due;
    }
}
