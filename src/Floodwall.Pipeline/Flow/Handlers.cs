using Disruptor;

namespace Floodwall.Pipeline;

/// <summary>What every ring handler does when its thread starts.</summary>
internal abstract class StageHandler(int? core)
{
    private readonly TaskCompletionSource _started = new();
    private long _allocatedBefore;

    // Satisfies the ring's handler interface in the classes below. A consumer gives slots back at the end of a batch: with a whole
    // ring to a batch, whoever is in front waits out the batch and then has to fill the ring while this stage waits.
    public int? MaxBatchSize { get; } = 256;

    /// <summary>Whether the stage's thread is pinned.</summary>
    public bool IsPinned { get; private set; }

    /// <summary>The stage's thread; 0 before it runs.</summary>
    public int ThreadId { get; private set; }

    /// <summary>What the stage's thread allocated from its first event to its last, in bytes; −1 until it has ended.</summary>
    public long AllocatedBytes { get; private set; } = -1;

    // Satisfies the ring's handler interface in the classes below.
    public void OnStart()
    {
        _allocatedBefore = GC.GetAllocatedBytesForCurrentThread();
        ThreadId = Environment.CurrentManagedThreadId;
        IsPinned = core is { } number && CoreAffinity.TryPinCurrentThread(number);
        _started.SetResult();
    }

    // As above.
    public void OnShutdown() => AllocatedBytes = GC.GetAllocatedBytesForCurrentThread() - _allocatedBefore;

    /// <summary>Waits until the stage's thread runs. A ring is not to be shut down before.</summary>
    public void AwaitStart() => _started.Task.Wait();
}

/// <summary>
/// The last resort for what a handler lets out, which none should: the wall fails closed, and the ring goes on so that every
/// intent behind is refused explicitly.
/// </summary>
internal sealed class FailClosed<T>(Registrar registrar) : IValueExceptionHandler<T>
    where T : struct
{
    public void HandleEventException(Exception ex, long sequence, ref T evt) => registrar.Fail(ex);

    public void HandleOnTimeoutException(Exception ex, long sequence) => registrar.Fail(ex);

    public void HandleOnStartException(Exception ex) => registrar.Fail(ex);

    public void HandleOnShutdownException(Exception ex) => registrar.Fail(ex);
}

/// <summary>Admission, and with a <see cref="FusedSink"/> everything: feeds the ingress ring's commands to the intake.</summary>
internal sealed class IntakeHandler<TSink>(Intake intake, TSink sink, RuleId stageFault, CheckpointCadence? cadence, int? core)
    : StageHandler(core), IValueEventHandler<WallCommand>
    where TSink : struct, IIntakeSink
{
    private TSink _sink = sink;

    public void OnEvent(ref WallCommand data, long sequence, bool endOfBatch)
    {
        CommandRunner.Run(intake, in data, ref _sink, stageFault);
        cadence?.AfterEvent(endOfBatch);
    }
}

/// <summary>Everything, for what cannot take the short way of <see cref="DirectRun"/>: a batch at a time under its turn.</summary>
internal sealed class TurnHandler(IntakeHandler<FusedSink> inner, DirectRun direct) : StageHandler(core: null), IValueEventHandler<WallCommand>
{
    private bool _entered;

    public void OnEvent(ref WallCommand data, long sequence, bool endOfBatch)
    {
        if (!_entered)
        {
            direct.Turn.Enter();
            _entered = true;
        }

        try
        {
            inner.OnEvent(ref data, sequence, endOfBatch);
        }
        finally
        {
            direct.Handled(sequence);
            if (endOfBatch)
            {
                _entered = false;
                direct.Turn.Exit();
            }
        }
    }
}

/// <summary>The gate on a thread of its own: writes each released intent's verdict into its slot, and learns facts and policies.</summary>
internal sealed class GateHandler(GateStage gate, NoteSlots notes, int? core) : StageHandler(core), IValueEventHandler<WallEvent>
{
    public void OnEvent(ref WallEvent data, long sequence, bool endOfBatch)
    {
        if (data.Kind == EventKind.Released)
        {
            data.Verdict = gate.Judge(in data.Intent, data.Passing.Now);
            notes.Set(ref data, sequence, in gate.Notes);
            data.Kind = EventKind.Judged;
        }
        else if (data.Kind == EventKind.Fact)
        {
            gate.Accept(in data.Fact);
        }
        else if (data.Kind == EventKind.Swap)
        {
            gate.Swap(data.Passing.Ticket);
        }
    }
}

/// <summary>The ledger's thread: records, counts, tells.</summary>
internal sealed class LedgerHandler(Registrar registrar, NoteSlots notes, CheckpointCadence? cadence, SnapshotWriter? snapshots, int? core)
    : StageHandler(core), IValueEventHandler<WallEvent>
{
    public void OnEvent(ref WallEvent data, long sequence, bool endOfBatch)
    {
        switch (data.Kind)
        {
            case EventKind.Judged:
                registrar.Decide(in data.Intent, ref data.Verdict, in data.Passing, in notes.Of(in data, sequence));
                break;

            case EventKind.Refused:
                registrar.Refuse(in data.Intent, in data.Refusal, data.Passing.Now, data.Passing.Ticket);
                break;

            case EventKind.Counted:
                registrar.Count(in data.Count);
                break;

            case EventKind.Fact:
                registrar.Accept(in data.Fact);
                break;

            case EventKind.Swap:
                registrar.Swap(data.Passing.Ticket, data.Passing.Now);
                break;

            case EventKind.Drained:
                registrar.Drained(data.Passing.Now);
                break;

            case EventKind.Snapshot:
                snapshots!.Answer();
                break;

            case EventKind.Checkpoint:
                cadence?.Request();
                break;

            default:
                throw new InvalidOperationException($"Slot {sequence} holds {data.Kind}, which no stage hands on.");
        }

        cadence?.AfterEvent(endOfBatch);
    }
}
