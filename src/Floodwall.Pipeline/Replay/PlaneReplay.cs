using System.Buffers.Binary;
using Floodwall.Crypto;
using Floodwall.Ledger;

namespace Floodwall.Pipeline;

/// <summary>
/// Rebuilds a wall's state from its entries, fed in order. Buckets are computed with admission's own arithmetic; nothing is told to
/// anybody. What no wall can have written is a fault; what a wall can have written but would not have decided is a mismatch.
/// </summary>
internal sealed class PlaneReplay
{
    private readonly TokenReplay _tokens;
    private readonly NotePairing _notes;
    private readonly PartReader _snapshot = new(SnapshotEntry.MaxBytes);
    private readonly GateReader _gate = new();
    private readonly VerdictCheck? _check;
    private readonly ReplayFindings _findings;

    /// <param name="state">Where to begin: empty, or from a snapshot.</param>
    /// <param name="check">Judges decisions anew; null to take verdicts as they are.</param>
    /// <param name="findings">Where to note what is noticed.</param>
    /// <param name="snapshotBytes">The length of the snapshot that <paramref name="state"/> is from; 0 where it is empty.</param>
    public PlaneReplay(PlaneState state, VerdictCheck? check, ReplayFindings findings, ulong snapshotBytes = 0)
    {
        State = state;
        LastSnapshotBytes = snapshotBytes;
        _check = check;
        _findings = findings;
        _tokens = new TokenReplay(findings);
        _notes = new NotePairing(findings);
    }

    public PlaneState State { get; private set; }

    /// <summary>The compositions met.</summary>
    public GateHistory Gates { get; } = new();

    /// <summary>Notes met.</summary>
    public ulong Noted => _notes.Count;

    /// <summary>Snapshots met.</summary>
    public int Snapshots { get; private set; }

    /// <summary>The length of the last one; 0 where none was met.</summary>
    public ulong LastSnapshotBytes { get; private set; }

    /// <summary>Outcomes recorded since the last snapshot met.</summary>
    public ulong SinceSnapshot { get; private set; }

    /// <summary>Takes in one entry.</summary>
    /// <returns>Null, or why it is no entry of a wall's.</returns>
    public string? Apply(ulong index, byte kind, ReadOnlySpan<byte> payload)
    {
        if (kind < LedgerLimits.FirstCallerKind)
        {
            return null;
        }

        if (kind != WallEntryKinds.Snapshot)
        {
            _snapshot.Break();
        }

        if (kind != WallEntryKinds.Decision)
        {
            PassOverNote();
        }

        if (_gate.Observe(kind, payload, out bool changed) is { } malformed)
        {
            return malformed;
        }

        return kind switch
        {
            WallEntryKinds.Decision => Decision(index, payload),
            WallEntryKinds.Symbol or WallEntryKinds.Rule or WallEntryKinds.AttributeSet => State.Names.Observe(kind, payload),
            WallEntryKinds.Settings => Settings(payload),
            WallEntryKinds.Refusal => Refusal(payload),
            WallEntryKinds.RefusalCount => RefusalCount(payload),
            WallEntryKinds.Clock => Clock(payload),
            WallEntryKinds.Fact => Fact(payload),
            WallEntryKinds.Snapshot => Snapshot(index, payload),
            WallEntryKinds.Gate => changed ? Gate(index) : null,
            WallEntryKinds.GateChange => GateChange(index, payload),
            WallEntryKinds.Note => _notes.Add(index, payload, State),
            _ => $"kind 0x{kind:x2} is not known to this version",
        };
    }

    /// <summary>The entries end here: what can still be accounted for is.</summary>
    public void Finish()
    {
        PassOverNote();
        _tokens.Settle(State);
    }

    private string? Decision(ulong index, ReadOnlySpan<byte> payload)
    {
        if (DecisionEntry.Read(payload, out DecisionRecord record) is { } fault)
        {
            return fault;
        }

        SinceSnapshot++;
        AdvanceTo(record.DecidedTick, index);
        State.Verdicts[(int)record.Verdict.Kind]++;
        if (record.Passage != Passage.NotAdmitted && _tokens.Decided(index, in record, State) is { } excess)
        {
            return excess;
        }

        if (record.Intent.Attributes != 0 && State.Names.FindAttributes(record.Intent.Attributes) is null)
        {
            _findings.Mismatch(index, $"the intent has attribute set {record.Intent.Attributes}, which is not defined before it");
        }

        GateNoteSet notes = _notes.Take();
        if (_check?.Compare(in record, in notes, State) is { } difference)
        {
            _findings.Mismatch(index, difference);
        }

        return null;
    }

    // What a note without its decision used up stays used up: nothing was let through for it.
    private void PassOverNote()
    {
        if (_notes.PassOver())
        {
            _check?.AdoptUses(State);
        }
    }

    private string? Settings(ReadOnlySpan<byte> payload)
    {
        if (SettingsEntry.Read(payload, out SettingsEntry? settings) is { } fault)
        {
            return fault;
        }

        // A wall opened: what waited and is not on record is gone, and its tokens with it.
        _tokens.Settle(State);
        State.Adopt(settings!);
        if (settings!.Refusals == RefusalRecording.None)
        {
            _findings.Note("refusals were not recorded, so they are not counted");
        }

        return null;
    }

    private string? Refusal(ReadOnlySpan<byte> payload)
    {
        if (RefusalEntry.Read(payload, out RefusalRecord record) is { } fault)
        {
            return fault;
        }

        SinceSnapshot++;
        AdvanceTo(record.Tick, null);
        if ((int)record.Refusal.Kind <= PlaneState.RefusalKinds)
        {
            State.Refusals[(int)record.Refusal.Kind - 1]++;
        }

        return null;
    }

    private string? RefusalCount(ReadOnlySpan<byte> payload)
    {
        if (RefusalCountEntry.Read(payload, out RefusalCount count) is { } fault)
        {
            return fault;
        }

        SinceSnapshot++;
        AdvanceTo(count.Tick, null);
        State.Refusals[(int)RefusalKind.Duplicate - 1] += count.Duplicate;
        State.Refusals[(int)RefusalKind.Backpressure - 1] += count.Backpressure;
        State.Refusals[(int)RefusalKind.RateLimited - 1] += count.RateLimited;
        State.Refusals[(int)RefusalKind.AgentTableFull - 1] += count.AgentTableFull;
        return null;
    }

    private string? Clock(ReadOnlySpan<byte> payload)
    {
        if (payload.Length != sizeof(ulong))
        {
            return $"a clock has {payload.Length} bytes, expected {sizeof(ulong)}";
        }

        AdvanceTo(BinaryPrimitives.ReadUInt64LittleEndian(payload), null);
        return null;
    }

    private string? Fact(ReadOnlySpan<byte> payload)
    {
        if (FactEntry.Read(payload, out Fact fact) is { } fault)
        {
            return fault;
        }

        if (FactEntry.FindUnknown(in fact, State.Names.Symbols.ContainsKey) is { } unknown)
        {
            return $"the fact uses symbol {unknown.Id}, which is not defined before it";
        }

        SinceSnapshot++;
        State.Facts.Set(in fact);
        _check?.Accept(in fact, State.Names);
        return State.Facts.Count <= FactTable.MaxCapacity ? null : $"more than {FactTable.MaxCapacity} facts are known";
    }

    private string? Gate(ulong index)
    {
        State.Gate = _gate.Content;
        RecordedGate gate = _gate.Current!;
        _check?.Rebuild(gate.Policies);
        Gates.Add(index, gate);
        return null;
    }

    private string? GateChange(ulong index, ReadOnlySpan<byte> payload)
    {
        if (GateChangeEntry.Read(payload, out ulong tick, out Hash256 address, out string reason) is { } fault)
        {
            return fault;
        }

        SinceSnapshot++;
        AdvanceTo(tick, null);
        if (address != State.GateAddress)
        {
            _findings.Mismatch(index, $"the gate changed to {address.ToHex()} on record; the composition before it is {State.GateAddress.ToHex()}");
        }
        else
        {
            Gates.Explain(tick, reason);
        }

        return null;
    }

    private string? Snapshot(ulong index, ReadOnlySpan<byte> payload)
    {
        string? fault = _snapshot.Add(payload, out bool whole);
        if (fault is not null || !whole)
        {
            return fault;
        }

        if (SnapshotEntry.Read(_snapshot.Content, out ulong unrecorded, out PlaneState recorded) is { } malformed)
        {
            return malformed;
        }

        Snapshots++;
        SinceSnapshot = 0;
        LastSnapshotBytes = (ulong)_snapshot.Content.Length;
        _tokens.Waiting(index, recorded, State);
        if (unrecorded != 0)
        {
            _tokens.Forget();
            _findings.Note($"{unrecorded} decisions could not be recorded; the state goes on from the snapshot that ends at entry {index}");
        }
        else
        {
            _tokens.Settle(State);
            if (StateComparison.Explain(State, recorded) is { } difference)
            {
                _findings.Mismatch(index, $"snapshot: {difference}");
            }
        }

        State = recorded;
        _check?.Adopt(recorded);
        return null;
    }

    private void AdvanceTo(ulong tick, ulong? decision)
    {
        if (tick > State.Clock)
        {
            State.Clock = tick;
            State.ReleasesLeft = State.Settings.ReleasePerTick ?? 0;
        }
        else if (tick < State.Clock && decision is { } index)
        {
            _findings.Mismatch(index, $"decided at tick {tick}, behind tick {State.Clock} recorded before");
        }
    }
}
