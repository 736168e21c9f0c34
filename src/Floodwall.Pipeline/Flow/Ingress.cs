using System.Diagnostics;
using Disruptor;

namespace Floodwall.Pipeline;

/// <summary>
/// The way into the stages: the short one of <see cref="DirectRun"/> where it is open, else a slot of the ingress ring. Also what bars
/// it when the wall closes.
/// </summary>
/// <remarks>Safe for any number of threads, except that one at a time closes.</remarks>
internal sealed class Ingress(StageThreads stages)
{
    private readonly ValueRingBuffer<WallCommand> _ring = stages.Ingress;
    private readonly DirectRun? _direct = stages.Direct;
    private bool _closing;
    private bool _drainPosted;

    /// <summary>Whether nothing is taken in any more.</summary>
    public bool IsClosing => Volatile.Read(ref _closing);

    /// <summary>Takes an intent in if there is room now; false where there is none, or the wall is closing.</summary>
    public bool TrySubmit(in Intent intent, uint ticket)
    {
        if (_direct is { } direct && direct.TrySubmit(in intent, ticket))
        {
            return true;
        }

        if (Volatile.Read(ref _closing) || !_ring.TryNext(out long sequence))
        {
            return false;
        }

        ref WallCommand slot = ref _ring[sequence];

        // Read again after the claim, which is a full fence: a claim that does not see the closing stands before the closing drain.
        if (Volatile.Read(ref _closing))
        {
            slot.Kind = CommandKind.None;
            _ring.Publish(sequence);
            return false;
        }

        slot.Kind = CommandKind.Submit;
        slot.Ticket = ticket;
        slot.Intent = intent;
        _ring.Publish(sequence);
        return true;
    }

    /// <summary>Takes in an intent that nobody waits for, waiting for room; false where the wall is closing.</summary>
    /// <exception cref="InvalidOperationException">There is no room and the calling thread runs a stage.</exception>
    public bool Submit(in Intent intent)
    {
        if (_direct is { } direct && direct.TrySubmit(in intent, ticket: 0))
        {
            return true;
        }

        if (!Claim(out long sequence))
        {
            return false;
        }

        ref WallCommand slot = ref _ring[sequence];
        slot.Kind = CommandKind.Submit;
        slot.Ticket = 0;
        slot.Intent = intent;
        _ring.Publish(sequence);
        _direct?.Published(sequence);
        return true;
    }

    /// <summary>Takes in a command other than an intent, waiting for room; false where the wall is closing.</summary>
    /// <exception cref="InvalidOperationException">There is no room and the calling thread runs a stage.</exception>
    public bool Run(in WallCommand command)
    {
        if (_direct is { } direct && direct.TryRun(in command))
        {
            return true;
        }

        if (!Claim(out long sequence))
        {
            return false;
        }

        _ring[sequence] = command;
        _ring.Publish(sequence);
        return true;
    }

    /// <summary>Has a tree head begun; false where that is to be asked again, or the wall is closing.</summary>
    /// <param name="insists">Whether this thread is to begin it, where it would otherwise be left to the next submitter.</param>
    public bool TryRequestCheckpoint(bool insists)
    {
        if (_direct is { } direct)
        {
            return direct.TryCheckpoint(insists);
        }

        if (Volatile.Read(ref _closing) || !_ring.TryNext(out long sequence))
        {
            return false;
        }

        _ring[sequence].Kind = CommandKind.Checkpoint;
        _ring.Publish(sequence);
        return true;
    }

    /// <summary>Lets out what may leave after a restart: the first command of all, while the ring is empty.</summary>
    public void PostResume()
    {
        long sequence = _ring.Next();
        _ring[sequence].Kind = CommandKind.Resume;
        _ring.Publish(sequence);
    }

    /// <summary>Takes nothing more in from here on, also where it times out, and has everything that was taken in decided.</summary>
    /// <exception cref="InvalidOperationException">The calling thread runs a stage; nothing was changed.</exception>
    /// <exception cref="TimeoutException">A stage did not get so far in time; the call can be repeated.</exception>
    public void Close(TimeSpan timeout)
    {
        RefuseStageThreads();
        if (_drainPosted)
        {
            return;
        }

        // Whoever claims a slot after the flag is set sees it and hands in nothing; whoever claimed before stands in front of the
        // drain command. So behind the drain nothing is left undecided.
        long start = Stopwatch.GetTimestamp();
        Volatile.Write(ref _closing, true);
        Interlocked.MemoryBarrier();
        if (_direct?.TryClose(timeout) == false)
        {
            throw new TimeoutException("An intent stayed in a submitter's hands; a stage does not finish.");
        }

        long sequence;
        SpinWait spin = default;
        while (!_ring.TryNext(out sequence))
        {
            if (timeout != Timeout.InfiniteTimeSpan && Stopwatch.GetElapsedTime(start) > timeout)
            {
                throw new TimeoutException("The ingress ring stayed full; a stage behind it does not finish.");
            }

            spin.SpinOnce();
        }

        _ring[sequence].Kind = CommandKind.Close;
        _ring.Publish(sequence);
        _drainPosted = true;
    }

    private bool Claim(out long sequence)
    {
        sequence = -1;
        if (Volatile.Read(ref _closing))
        {
            return false;
        }

        if (!_ring.TryNext(out sequence))
        {
            RefuseStageThreads();
            sequence = _ring.Next();
        }

        if (!Volatile.Read(ref _closing))
        {
            return true;
        }

        _ring[sequence].Kind = CommandKind.None;
        _ring.Publish(sequence);
        return false;
    }

    // A stage that waits for its own ring waits for ever.
    private void RefuseStageThreads()
    {
        if (stages.IsStageThread)
        {
            throw new InvalidOperationException(
                "A policy or decision handler must not wait for the wall that calls it: use TrySubmit there, and close from another thread.");
        }
    }
}
