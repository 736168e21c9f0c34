namespace Floodwall.Pipeline;

/// <summary>
/// What the registrar counts. A part of it and never copied: a struct, so that counting an intent is no look further away.
/// </summary>
/// <remarks>The ledger's thread counts; <see cref="ToCounters"/> may be asked by any other and sees it a few intents late.</remarks>
internal struct OutcomeCounts(RuleTable rules)
{
    private readonly RuleId _stageFault = rules.StageFault;
    private readonly RuleId _policyFault = rules.PolicyFault;
    private readonly ulong[] _verdicts = new ulong[(int)VerdictKind.Reject + 1];
    private readonly ulong[] _refusals = new ulong[(int)RefusalKind.Closed + 1];
    private readonly ulong[] _recordedRefusals = new ulong[PlaneState.RefusalKinds];
    private readonly ulong[] _notes = new ulong[GateNote.Kinds];
    private ulong _handlerFaults;
    private ulong _policyFaults;
    private ulong _stageFaults;

    /// <summary>Decisions by verdict, over the ledger's life.</summary>
    public readonly ReadOnlySpan<ulong> Verdicts => _verdicts;

    /// <summary>Intents refused because the ledger could not record their decision, since the wall was opened.</summary>
    public readonly ulong Unrecorded => _refusals[(int)RefusalKind.LedgerUnavailable];

    /// <summary>Refusals that the ledger holds, by kind from <see cref="RefusalKind.Duplicate"/> on, over its life.</summary>
    public readonly ReadOnlySpan<ulong> RecordedRefusals => _recordedRefusals;

    /// <summary>Notes beside decisions by kind from <see cref="GateNoteKind.Exempted"/> on, over the ledger's life.</summary>
    public readonly ReadOnlySpan<ulong> Notes => _notes;

    /// <summary>A decision stands, by the gate's rule or by another: that of a stage that failed, and what it records has no note.</summary>
    public void Decided(in Verdict recorded, RuleId judged, in GateNoteSet notes)
    {
        _verdicts[(int)recorded.Kind]++;
        if (!notes.IsEmpty && recorded.Rule == judged)
        {
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
    }

    /// <summary>An intent was refused.</summary>
    public readonly void Refused(RefusalKind kind) => _refusals[(int)kind]++;

    /// <summary>A refusal is on record.</summary>
    public readonly void Recorded(RefusalKind kind) => _recordedRefusals[(int)kind - 1]++;

    /// <summary>A tick's refusals of one agent are on record.</summary>
    public readonly void Recorded(in RefusalCount count)
    {
        _recordedRefusals[(int)RefusalKind.Duplicate - 1] += count.Duplicate;
        _recordedRefusals[(int)RefusalKind.Backpressure - 1] += count.Backpressure;
        _recordedRefusals[(int)RefusalKind.RateLimited - 1] += count.RateLimited;
        _recordedRefusals[(int)RefusalKind.AgentTableFull - 1] += count.AgentTableFull;
    }

    /// <summary>The decision handler threw.</summary>
    public void HandlerFailed() => _handlerFaults++;

    /// <summary>Goes on with what a ledger holds.</summary>
    public readonly void Restore(PlaneState state)
    {
        state.Verdicts.CopyTo(_verdicts);
        state.Notes.CopyTo(_notes);
        state.Refusals.CopyTo(_recordedRefusals);
        state.Refusals.CopyTo(_refusals.AsSpan((int)RefusalKind.Duplicate));
    }

    /// <summary>A snapshot.</summary>
    public WallCounters ToCounters() => new()
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
}
