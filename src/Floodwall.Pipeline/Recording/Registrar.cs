using System.Runtime.CompilerServices;
using Floodwall.Ledger;

namespace Floodwall.Pipeline;

/// <summary>Whoever waits for single decisions.</summary>
internal interface IAcknowledger
{
    /// <summary>The outcome of the intent behind a ticket; never called with ticket 0.</summary>
    void Acknowledge(uint ticket, in Decision decision);
}

/// <summary>
/// The last stage: every outcome is recorded, counted, and told to the handler and to whoever waits for it, in that order.
/// Once the ledger fails it fails closed: every intent from then on is refused.
/// </summary>
/// <remarks>One thread at a time: the ledger's.</remarks>
internal sealed class Registrar
{
    private readonly RecordingStage? _recording;
    private readonly IDecisionHandler? _handler;
    private readonly IAcknowledger? _acknowledger;
    private readonly RuleId _stageFault;
    private readonly RuleId _policyFault;
    private readonly ulong[] _verdicts = new ulong[(int)VerdictKind.Reject + 1];
    private readonly ulong[] _refusals = new ulong[(int)RefusalKind.Closed + 1];
    private readonly ulong[] _recordedRefusals = new ulong[PlaneState.RefusalKinds];
    private readonly ulong[] _notes = new ulong[GateNote.Kinds];
    private ulong _recordedTick;
    private ulong _handlerFaults;
    private ulong _policyFaults;
    private ulong _stageFaults;
    private Exception? _fault;
    private bool _full;

    // Set with the fault, and while something is owed: one look tells that nothing can be decided now.
    private bool _blocked;

    public Registrar(RecordingStage? recording, IDecisionHandler? handler, IAcknowledger? acknowledger, RuleTable rules)
    {
        _recording = recording;
        _handler = handler;
        _acknowledger = acknowledger;
        _stageFault = rules.StageFault;
        _policyFault = rules.PolicyFault;
    }

    /// <summary>Decisions by verdict, over the ledger's life.</summary>
    public ReadOnlySpan<ulong> Verdicts => _verdicts;

    /// <summary>Intents refused because the ledger could not record their decision, since the wall was opened.</summary>
    public ulong Unrecorded => _refusals[(int)RefusalKind.LedgerUnavailable];

    /// <summary>Refusals that the ledger holds, by kind from <see cref="RefusalKind.Duplicate"/> on, over its life.</summary>
    public ReadOnlySpan<ulong> RecordedRefusals => _recordedRefusals;

    /// <summary>Notes beside decisions by kind from <see cref="GateNoteKind.Exempted"/> on, over the ledger's life.</summary>
    public ReadOnlySpan<ulong> Notes => _notes;

    /// <summary>Why the ledger can no longer record, or null.</summary>
    public Exception? Fault => Volatile.Read(ref _fault);

    /// <summary>Records what the gate judges with besides intents; null without a ledger. Set before the first command.</summary>
    public ChangeLog? Changes { get; set; }

    /// <summary>The swaps on their way; null where none can be. Set before the first command.</summary>
    public SwapTable? Swaps { get; set; }

    /// <summary>Whether entries can be recorded now: the ledger has not failed, and nothing is owed that cannot be made good.</summary>
    public bool CanRecord => MayRecord();

    /// <summary>Called once, when the ledger fails, on the thread that found out; set it before the first intent.</summary>
    public Action<Exception>? Failed { get; set; }

    /// <summary>A snapshot; other threads may see it a few intents late.</summary>
    public WallCounters Counters => new()
    {
        Admitted = Volatile.Read(ref _verdicts[(int)VerdictKind.Admit]),
        Shaped = Volatile.Read(ref _verdicts[(int)VerdictKind.Shape]),
        Deferred = Volatile.Read(ref _verdicts[(int)VerdictKind.Defer]),
        ApprovalRequired = Volatile.Read(ref _verdicts[(int)VerdictKind.RequireApproval]),
        Switched = Volatile.Read(ref _verdicts[(int)VerdictKind.Switch]),
        Rejected = Volatile.Read(ref _verdicts[(int)VerdictKind.Reject]),
        Duplicates = Volatile.Read(ref _refusals[(int)RefusalKind.Duplicate]),
        Backpressured = Volatile.Read(ref _refusals[(int)RefusalKind.Backpressure]),
        RateLimited = Volatile.Read(ref _refusals[(int)RefusalKind.RateLimited]),
        AgentTableFull = Volatile.Read(ref _refusals[(int)RefusalKind.AgentTableFull]),
        LedgerUnavailable = Volatile.Read(ref _refusals[(int)RefusalKind.LedgerUnavailable]),
        ExemptedNotes = Volatile.Read(ref _notes[(int)GateNoteKind.Exempted - 1]),
        ShadowNotes = Volatile.Read(ref _notes[(int)GateNoteKind.Shadow - 1]),
        AuditNotes = Volatile.Read(ref _notes[(int)GateNoteKind.Audit - 1]),
        CandidateNotes = Volatile.Read(ref _notes[(int)GateNoteKind.Candidate - 1]),
        PolicyFaults = Volatile.Read(ref _policyFaults),
        StageFaults = Volatile.Read(ref _stageFaults),
        HandlerFaults = Volatile.Read(ref _handlerFaults),
    };

    /// <summary>The gate has judged an intent.</summary>
    public Decision Decide(in Intent intent, in Verdict verdict, in Passing passing, in GateNoteSet notes = default)
    {
        Verdict recorded = verdict;
        ulong index = Decision.NoEntry;
        if (_recording is not null && !TryRecord(in intent, ref recorded, in passing, in notes, out index))
        {
            return Refuse(in intent, new Refusal(0, RefusalKind.LedgerUnavailable), passing.Now, passing.Ticket);
        }

        _verdicts[(int)recorded.Kind]++;
        if (!notes.IsEmpty && recorded.Rule == verdict.Rule)
        {
            // Another rule is that of a stage that failed, and what it records has no note.
            for (int i = 0; i < notes.Count; i++)
            {
                _notes[(int)notes[i].Kind - 1]++;
            }
        }

        if (recorded.Kind == VerdictKind.Reject)
        {
            _policyFaults += recorded.Rule == _policyFault ? 1u : 0u;
            _stageFaults += recorded.Rule == _stageFault ? 1u : 0u;
        }

        Decision decision = new()
        {
            IntentId = intent.Id,
            Agent = intent.Agent,
            Outcome = Outcome.Decided,
            Tier = _recording is null ? AckTier.None : AckTier.Appended,
            Verdict = recorded,
            Tick = passing.Now,
            EntryIndex = index,
        };
        Tell(in intent, in decision, passing.Ticket);
        return decision;
    }

    /// <summary>Admission has refused an intent.</summary>
    public Decision Refuse(in Intent intent, in Refusal refusal, ulong now, uint ticket)
    {
        if (_recording is { RecordsEachRefusal: true } && refusal.Kind < RefusalKind.LedgerUnavailable)
        {
            TryRecord(in intent, in refusal, now);
        }

        _refusals[(int)refusal.Kind]++;
        Decision decision = new()
        {
            IntentId = intent.Id,
            Agent = intent.Agent,
            Outcome = Outcome.Refused,
            Refusal = refusal,
            Tick = now,
            EntryIndex = Decision.NoEntry,
        };
        Tell(in intent, in decision, ticket);
        return decision;
    }

    /// <summary>A tick's refusals of one agent.</summary>
    public void Count(in RefusalCount count)
    {
        if (_recording is null || !MayRecord())
        {
            return;
        }

        try
        {
            _recording.Count(in count);
            _recordedTick = Math.Max(_recordedTick, count.Tick);
            _recordedRefusals[(int)RefusalKind.Duplicate - 1] += count.Duplicate;
            _recordedRefusals[(int)RefusalKind.Backpressure - 1] += count.Backpressure;
            _recordedRefusals[(int)RefusalKind.RateLimited - 1] += count.RateLimited;
            _recordedRefusals[(int)RefusalKind.AgentTableFull - 1] += count.AgentTableFull;
        }
#pragma warning disable CA1031 // a refusal lets nothing through, recorded or not
        catch (Exception exception)
#pragma warning restore CA1031
        {
            AbsorbOrFail(exception);
        }
    }

    /// <summary>The gate has learned a fact.</summary>
    public void Accept(in Fact fact)
    {
        if (Changes is null || _fault is not null)
        {
            return;
        }

        try
        {
            Changes.Record(in fact);
        }
#pragma warning disable CA1031 // whatever happened, nothing is decided until it is on record
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _blocked = true;
            AbsorbOrFail(exception);
        }
    }

    /// <summary>The gate judges by other policies; their ticket is free again.</summary>
    public void Swap(uint ticket, ulong now)
    {
        GateSwap swap = Swaps!.Return(ticket);
        if (Changes is null || _fault is not null)
        {
            return;
        }

        try
        {
            Changes.Record(swap, now);
            _recordedTick = Math.Max(_recordedTick, now);
        }
#pragma warning disable CA1031 // whatever happened, nothing is decided until it is on record
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _blocked = true;
            AbsorbOrFail(exception);
        }
    }

    /// <summary>The queue was drained: records the clock where no entry states it yet.</summary>
    public void Drained(ulong now)
    {
        if (_recording is null || now <= _recordedTick || !MayRecord())
        {
            return;
        }

        try
        {
            _recording.Clock(now);
            _recordedTick = now;
        }
#pragma warning disable CA1031 // nothing hangs on it but the clock after a restart
        catch (Exception exception)
#pragma warning restore CA1031
        {
            AbsorbOrFail(exception);
        }
    }

    /// <summary>Goes on with what a ledger holds.</summary>
    public void Restore(PlaneState state)
    {
        state.Verdicts.CopyTo(_verdicts);
        state.Notes.CopyTo(_notes);
        state.Refusals.CopyTo(_recordedRefusals);
        state.Refusals.CopyTo(_refusals.AsSpan((int)RefusalKind.Duplicate));
        _recordedTick = state.Clock;
    }

    /// <summary>A snapshot stated the clock.</summary>
    public void ClockRecorded(ulong now) => _recordedTick = now;

    /// <summary>Recording something else failed.</summary>
    public void RecordingFailed(Exception exception) => AbsorbOrFail(exception);

    /// <summary>The ledger failed outside of recording, at a checkpoint say.</summary>
    public void Fail(Exception fault)
    {
        if (Interlocked.CompareExchange(ref _fault, fault, null) is null)
        {
            Volatile.Write(ref _blocked, true);
            Failed?.Invoke(fault);
        }
    }

    private bool TryRecord(in Intent intent, ref Verdict verdict, in Passing passing, in GateNoteSet notes, out ulong index)
    {
        index = Decision.NoEntry;
        if (!MayRecord())
        {
            return false;
        }

        try
        {
            index = _recording!.Decision(in intent, in verdict, in passing, in notes);
            _recordedTick = passing.Now;
            return true;
        }
#pragma warning disable CA1031 // whatever happened, nothing goes through unrecorded
        catch (Exception exception)
#pragma warning restore CA1031
        {
            // Where it was not the ledger but what was to be written, say a policy's invalid rule, the intent is rejected on record.
            verdict = Verdict.Reject(_stageFault);
            return !Absorb(exception) && TryRecordFault(in intent, verdict, in passing, out index);
        }
    }

    /// <summary>Whether recording can be tried at all. A full disk is asked again now and then, and tells without an exception each time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool MayRecord() => !_blocked || TryUnblock();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryRecordFault(in Intent intent, in Verdict verdict, in Passing passing, out ulong index)
    {
        index = Decision.NoEntry;
        try
        {
            index = _recording!.Decision(in intent, in verdict, in passing);
            _recordedTick = passing.Now;
            return true;
        }
#pragma warning disable CA1031 // as above
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Fail(exception);
            return false;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryUnblock()
    {
        if (_fault is not null)
        {
            return false;
        }

        if (_full && !_recording!.HasRoom)
        {
            return false;
        }

        _full = false;
        try
        {
            Changes?.Settle();
        }
#pragma warning disable CA1031 // as above
        catch (Exception exception)
#pragma warning restore CA1031
        {
            AbsorbOrFail(exception);
            return false;
        }

        // Another thread may have found the ledger failed meanwhile, and its mark must not be wiped out.
        _blocked = false;
        Interlocked.MemoryBarrier();
        _blocked = _fault is not null;
        return !_blocked;
    }

    private void AbsorbOrFail(Exception exception)
    {
        if (!Absorb(exception))
        {
            Fail(exception);
        }
    }

    /// <summary>Whether it was the ledger that failed: for good, or, for want of disk space, only this time.</summary>
    private bool Absorb(Exception exception)
    {
        if (exception is LedgerFullException)
        {
            _full = true;
            _blocked = true;
            return true;
        }

        if (exception is LedgerException or IOException or ObjectDisposedException)
        {
            Fail(exception);
            return true;
        }

        _recording!.Abandon();
        return false;
    }

    private void TryRecord(in Intent intent, in Refusal refusal, ulong now)
    {
        if (!MayRecord())
        {
            return;
        }

        try
        {
            _recording!.Refusal(in intent, in refusal, now);
            _recordedTick = now;
            _recordedRefusals[(int)refusal.Kind - 1]++;
        }
#pragma warning disable CA1031 // as above
        catch (Exception exception)
#pragma warning restore CA1031
        {
            AbsorbOrFail(exception);
        }
    }

    private void Tell(in Intent intent, in Decision decision, uint ticket)
    {
        if (_handler is not null)
        {
            TellHandler(_handler, in intent, in decision);
        }

        if (ticket != 0)
        {
            Acknowledge(ticket, in decision);
        }
    }

    private void Acknowledge(uint ticket, in Decision decision)
    {
        try
        {
            _acknowledger!.Acknowledge(ticket, in decision);
        }
#pragma warning disable CA1031 // the decision is on record: whatever happened, it must not be made a second time
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Fail(exception);
        }
    }

    private void TellHandler(IDecisionHandler handler, in Intent intent, in Decision decision)
    {
        try
        {
            handler.OnDecision(in intent, in decision);
        }
#pragma warning disable CA1031 // the handler is the embedder's code
        catch (Exception)
#pragma warning restore CA1031
        {
            _handlerFaults++;
        }
    }
}
