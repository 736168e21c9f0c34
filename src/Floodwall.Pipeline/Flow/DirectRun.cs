using System.Diagnostics;
using Disruptor;

namespace Floodwall.Pipeline;

/// <summary>
/// The short way of <see cref="Topology.Direct"/>: a submitter that has the wall to itself runs the stages in its own thread, and no
/// cache line changes cores. Whoever finds somebody else at it goes through the ingress ring.
/// </summary>
/// <remarks>
/// The order stays that of a single ring: the short way is open only while nothing is in the ring, and the ring's thread runs what
/// it finds there under the same <see cref="Turn"/>.
/// </remarks>
internal sealed class DirectRun
{
    // Submitters that meet the ring in use join it. Every so many slots one of them waits for it to run empty, so that the short way
    // opens again once the others are gone; where they are not, that is a pause in the shade of the thread that is the bottleneck.
    private const long RetryMask = 1023;
    private const int RetrySpins = 200;

    private readonly Intake _intake;
    private readonly Registrar _registrar;
    private readonly CheckpointCadence? _cadence;
    private readonly ValueRingBuffer<WallCommand> _ring;
    private readonly RuleId _stageFault;
    private FusedSink _sink;
    private long _handled = -1;
    private bool _closed;

    public DirectRun(WallCore core, CheckpointCadence? cadence, ValueRingBuffer<WallCommand> ring, Turn turn)
    {
        _intake = core.Intake;
        _registrar = core.Registrar;
        _cadence = cadence;
        _ring = ring;
        _stageFault = core.Vocabulary.Rules.StageFault;
        _sink = new FusedSink(core.Gate, core.Registrar, cadence, core.Snapshots);
        Turn = turn;
    }

    /// <summary>Shared with the ring's thread.</summary>
    public Turn Turn { get; }

    // Under the turn: a slot that somebody claimed lies behind what was handled, whether it is published yet or not.
    private bool IsRingEmpty => _ring.Cursor == _handled;

    /// <summary>Runs an intent through every stage; false, and nothing done, where the ring is the way to go.</summary>
    public bool TrySubmit(in Intent intent, uint ticket)
    {
        if (!TryEnter())
        {
            return false;
        }

        // What is judged, recorded and told is one thing, whatever the caller's other threads do to theirs meanwhile.
        Intent held = intent;
        try
        {
            CommandRunner.RunSubmit(_intake, in held, ticket, ref _sink, _stageFault);
            _cadence?.AfterEvent(endOfBatch: true);
        }
#pragma warning disable CA1031 // as on the ring's thread: the last resort for what no stage should let out
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _registrar.Fail(exception);
        }
        finally
        {
            Turn.Exit();
        }

        return true;
    }

    /// <summary>As <see cref="TrySubmit"/>, for the other commands.</summary>
    public bool TryRun(in WallCommand command)
    {
        if (!TryEnter())
        {
            return false;
        }

        try
        {
            CommandRunner.Run(_intake, in command, ref _sink, _stageFault);
            _cadence?.AfterEvent(endOfBatch: true);
        }
#pragma warning disable CA1031 // as above
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _registrar.Fail(exception);
        }
        finally
        {
            Turn.Exit();
        }

        return true;
    }

    /// <summary>
    /// Has a checkpoint begun by whoever has the turn next, or, insisting, here. Never through the ring: as long as a slot waits there for
    /// its thread to wake up, every intent would have to wait behind it.
    /// </summary>
    /// <returns>False where it was not begun here, and nobody may come by who does it.</returns>
    public bool TryCheckpoint(bool insists)
    {
        _cadence!.Request();
        if (!insists || !TryEnter())
        {
            return false;
        }

        try
        {
            _cadence.AfterEvent(endOfBatch: true);
        }
        finally
        {
            Turn.Exit();
        }

        return true;
    }

    /// <summary>Bars the short way at once and for good, and waits for what is under way on it.</summary>
    /// <returns>False where that did not come to its end in time; the call can be repeated.</returns>
    public bool TryClose(TimeSpan timeout)
    {
        // Whoever has the turn now finishes; whoever takes it later sees the mark.
        Volatile.Write(ref _closed, true);
        if (!Turn.TryEnter(timeout))
        {
            return false;
        }

        Turn.Exit();
        return true;
    }

    /// <summary>Called under the turn for each slot that the ring's thread has handled.</summary>
    public void Handled(long sequence)
    {
        Debug.Assert(Turn.IsMine, "the short way may be in use");
        Debug.Assert(sequence == _handled + 1, "a slot was left out or handled twice");
        Volatile.Write(ref _handled, sequence);
    }

    /// <summary>Called by a submitter that published to the ring.</summary>
    public void Published(long sequence)
    {
        if ((sequence & RetryMask) == RetryMask && !Turn.IsMine)
        {
            AwaitEmptyRing();
        }
    }

    private bool TryEnter()
    {
        // While the ring is in use its thread has the turn nearly always: not worth a wait.
        if (_ring.Cursor != Volatile.Read(ref _handled) || !Turn.TryEnter())
        {
            return false;
        }

        if (IsRingEmpty && !_closed)
        {
            return true;
        }

        Turn.Exit();
        return false;
    }

    private void AwaitEmptyRing()
    {
        SpinWait spin = default;
        for (int i = 0; i < RetrySpins && _ring.GetRemainingCapacity() < _ring.BufferSize; i++)
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }
    }
}
