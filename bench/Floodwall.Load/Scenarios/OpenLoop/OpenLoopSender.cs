using System.Diagnostics;
using Floodwall.Load.Flood;
using Floodwall.Load.Measuring;
using Floodwall.Pipeline;

namespace Floodwall.Load.Scenarios.OpenLoop;

/// <summary>
/// Sends on schedule from the calling thread. When it is late, because the wall had no room or the machine no core, it sends what is
/// due at once and the schedule stays as it was: the time lost is in the latencies and in <see cref="LargestLag"/>.
/// </summary>
/// <param name="target">What it sends to; a struct, so that the call is bound when it is compiled.</param>
/// <param name="stream">What it sends.</param>
/// <param name="waiters">Callers that wait for more than Appended; null for none.</param>
/// <param name="sampleEvery">One in so many intents is a waiting caller's.</param>
internal sealed class OpenLoopSender<TTarget>(TTarget target, IntentStream stream, TierWaiters? waiters, int sampleEvery)
    where TTarget : struct, IIntentTarget
{
    private const int Chunk = 1024;

    // With a core to itself it spins; otherwise it gives way.
    private readonly bool _spins = Environment.ProcessorCount > 1;
    private SendSchedule.Walker _walker;
    private int _sinceSample;

    /// <summary>When the last intent was sent.</summary>
    public long LastSent { get; private set; }

    /// <summary>The most that a send was behind its time, in timestamps.</summary>
    public long LargestLag { get; private set; }

    /// <summary>How far the last send was behind its time.</summary>
    public long LastLag { get; private set; }

    /// <summary>Where the sender stood still, in the wall or out of it.</summary>
    public StallMeter Stalls { get; } = new();

    /// <summary>Bytes that this thread allocated while sending.</summary>
    public long Allocated { get; private set; }

    /// <summary>Sends so many intents; returns when the last one is in the ring.</summary>
    public void Send(SendSchedule schedule, long intents)
    {
        _walker = schedule.Walk();
        Stalls.Start(Stopwatch.GetTimestamp());
        long before = GC.GetAllocatedBytesForCurrentThread();

        // Short calls, so that the JIT compiles the loop itself for good.
        for (long left = intents; left > 0; left -= Chunk)
        {
            SendChunk((int)Math.Min(left, Chunk));
        }

        Allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        LastSent = Stopwatch.GetTimestamp();
        Stalls.Stop();
    }

    private void SendChunk(int intents)
    {
        for (; intents > 0; intents--)
        {
            long due = _walker.Due;
            long now = Stopwatch.GetTimestamp();
            Stalls.Tick(now);
            while (now < due)
            {
                Pause();
                now = Stopwatch.GetTimestamp();
                Stalls.Tick(now);
            }

            LastLag = now - due;
            LargestLag = Math.Max(LargestLag, LastLag);
            ref readonly Intent intent = ref stream.Next();
            if (waiters is not null && ++_sinceSample == sampleEvery)
            {
                _sinceSample = 0;
                waiters.Submit(in intent, due);
            }
            else
            {
                target.Submit(in intent);
            }

            _walker.Next();
        }
    }

    private void Pause()
    {
        if (_spins)
        {
            Thread.SpinWait(4);
        }
        else
        {
            Thread.Yield();
        }
    }
}
