using System.Runtime.CompilerServices;

namespace Floodwall.Pipeline;

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
    private OutcomeCounts _counts;
    private LedgerGuard _guard;
    private ulong _recordedTick;

    public Registrar(RecordingStage? recording, IDecisionHandler? handler, IAcknowledger? acknowledger, RuleTable rules)
    {
        _recording = recording;
        _handler = handler;
        _acknowledger = acknowledger;
        _stageFault = rules.StageFault;
        _counts = new OutcomeCounts(rules);
        _guard = new LedgerGuard(recording);
    }

    /// <inheritdoc cref="OutcomeCounts.Verdicts"/>
    public ReadOnlySpan<ulong> Verdicts => _counts.Verdicts;

    /// <inheritdoc cref="OutcomeCounts.Unrecorded"/>
    public ulong Unrecorded => _counts.Unrecorded;

    /// <inheritdoc cref="OutcomeCounts.RecordedRefusals"/>
    public ReadOnlySpan<ulong> RecordedRefusals => _counts.RecordedRefusals;

    /// <inheritdoc cref="OutcomeCounts.Notes"/>
    public ReadOnlySpan<ulong> Notes => _counts.Notes;

    /// <inheritdoc cref="LedgerGuard.Fault"/>
    public Exception? Fault => _guard.Fault;

    /// <summary>Records what the gate judges with besides intents; null without a ledger. Set before the first command.</summary>
    public ChangeLog? Changes
    {
        get => _guard.Changes;
        set => _guard.Changes = value;
    }

    /// <summary>The swaps on their way; null where none can be. Set before the first command.</summary>
    public SwapTable? Swaps { get; set; }

    /// <summary>Whether entries can be recorded now: the ledger has not failed, and nothing is owed that cannot be made good.</summary>
    public bool CanRecord => _guard.MayRecord();

    /// <inheritdoc cref="LedgerGuard.Failed"/>
    public Action<Exception>? Failed
    {
        get => _guard.Failed;
        set => _guard.Failed = value;
    }

    /// <summary>A snapshot; other threads may see it a few intents late.</summary>
    public WallCounters Counters => _counts.ToCounters();

    /// <summary>The gate has judged an intent.</summary>
    /// <param name="intent">The intent.</param>
    /// <param name="verdict">What the gate said; afterwards what is on record, which is another where the gate's cannot be recorded.</param>
    /// <param name="passing">How it came here.</param>
    /// <param name="notes">What goes on record beside the verdict.</param>
    /// <remarks>
    /// The verdict is changed in place and the decision filled in place: copied as a whole while their fields are on their way from
    /// registers to memory, the two took some nine of fifty-five nanoseconds, since a wide load waits for the narrow stores before it.
    /// </remarks>
    public Decision Decide(in Intent intent, ref Verdict verdict, in Passing passing, in GateNoteSet notes = default)
    {
        RuleId judged = verdict.Rule;
        ulong index = Decision.NoEntry;
        if (_recording is not null && !TryRecord(in intent, ref verdict, in passing, in notes, out index))
        {
            return Refuse(in intent, new Refusal(0, RefusalKind.LedgerUnavailable), passing.Now, passing.Ticket);
        }

        _counts.Decided(in verdict, judged, in notes);
        Decision decision = default;
        decision.IntentIdField = intent.Id;
        decision.AgentField = intent.Agent;
        decision.OutcomeField = Outcome.Decided;
        decision.TierField = _recording is null ? AckTier.None : AckTier.Appended;
        decision.VerdictField = verdict;
        decision.TickField = passing.Now;
        decision.EntryIndexField = index;
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

        _counts.Refused(refusal.Kind);
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
        if (_recording is null || !_guard.MayRecord())
        {
            return;
        }

        try
        {
            _recording.Count(in count);
            _recordedTick = Math.Max(_recordedTick, count.Tick);
            _counts.Recorded(in count);
        }
#pragma warning disable CA1031 // a refusal lets nothing through, recorded or not
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _guard.AbsorbOrFail(exception);
        }
    }

    /// <summary>The gate has learned a fact.</summary>
    public void Accept(in Fact fact)
    {
        if (Changes is null || _guard.Fault is not null)
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
            _guard.AbsorbOwed(exception);
        }
    }

    /// <summary>The gate judges by other policies; their ticket is free again.</summary>
    public void Swap(uint ticket, ulong now)
    {
        GateSwap swap = Swaps!.Return(ticket);
        if (Changes is null || _guard.Fault is not null)
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
            _guard.AbsorbOwed(exception);
        }
    }

    /// <summary>The queue was drained: records the clock where no entry states it yet.</summary>
    public void Drained(ulong now)
    {
        if (_recording is null || now <= _recordedTick || !_guard.MayRecord())
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
            _guard.AbsorbOrFail(exception);
        }
    }

    /// <summary>Goes on with what a ledger holds.</summary>
    public void Restore(PlaneState state)
    {
        _counts.Restore(state);
        _recordedTick = state.Clock;
    }

    /// <summary>A snapshot stated the clock.</summary>
    public void ClockRecorded(ulong now) => _recordedTick = now;

    /// <summary>Recording something else failed.</summary>
    public void RecordingFailed(Exception exception) => _guard.AbsorbOrFail(exception);

    /// <summary>The ledger failed outside of recording, at a checkpoint say. On any thread.</summary>
    public void Fail(Exception fault) => _guard.Fail(fault);

    private bool TryRecord(in Intent intent, ref Verdict verdict, in Passing passing, in GateNoteSet notes, out ulong index)
    {
        index = Decision.NoEntry;
        if (!_guard.MayRecord())
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
            return !_guard.Absorb(exception) && TryRecordFault(in intent, verdict, in passing, out index);
        }
    }

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

    private void TryRecord(in Intent intent, in Refusal refusal, ulong now)
    {
        if (!_guard.MayRecord())
        {
            return;
        }

        try
        {
            _recording!.Refusal(in intent, in refusal, now);
            _recordedTick = now;
            _counts.Recorded(refusal.Kind);
        }
#pragma warning disable CA1031 // as above
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _guard.AbsorbOrFail(exception);
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
            _counts.HandlerFailed();
        }
    }
}
