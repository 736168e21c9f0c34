using System.Buffers.Binary;
using Floodwall.Ledger;

namespace Floodwall.Pipeline;

/// <summary>
/// Turns outcomes into ledger entries. Each symbol, rule and attribute set is defined before the first entry that uses it, by
/// <see cref="Definitions"/>.
/// </summary>
/// <remarks>One thread at a time: the ledger's. Exceptions of the ledger pass through.</remarks>
internal sealed class RecordingStage
{
    // A decision, its rule, and the names it may use: eight of the intent's and one that it is switched to; its notes, their rules, and
    // the exemption that one of them may name.
    private const int MostEntriesAtOnce = 1 + 1 + 9 + 1 + GateNote.Kinds + 1;

    private readonly LedgerWriter _ledger;
    private readonly Definitions _definitions;

    public RecordingStage(LedgerWriter ledger, RecordedVocabulary recorded, Vocabulary vocabulary, RefusalRecording refusals)
    {
        _ledger = ledger;
        _definitions = new Definitions(ledger, recorded, vocabulary);
        RecordsEachRefusal = refusals == RefusalRecording.Each;
    }

    /// <summary>Whether refusals are recorded one by one.</summary>
    public bool RecordsEachRefusal { get; }

    /// <summary>
    /// Whether what is recorded next has room for sure, unless it defines an attribute set with many names of its own; asked while the disk
    /// is full, where it costs less than a failure. It tells of freed space within half a second.
    /// </summary>
    public bool HasRoom => _ledger.HasRoomFor(MostEntriesAtOnce, atOnce: false);

    /// <summary>What the ledger defines.</summary>
    public ref readonly Definitions Definitions => ref _definitions;

    /// <summary>Records the settings that hold from here on.</summary>
    public void Settings(SettingsEntry settings)
    {
        settings.Write(_ledger.Begin(WallEntryKinds.Settings, SettingsEntry.Length, out _));
        _ledger.Commit();
    }

    /// <summary>Records a decision, and its notes before it.</summary>
    /// <returns>The decision's index.</returns>
    public ulong Decision(in Intent intent, in Verdict verdict, in Passing passing, in GateNoteSet notes = default)
    {
        _definitions.Define(in intent);
        _definitions.Define(verdict.Rule);
        if (verdict.Kind == VerdictKind.Switch)
        {
            _definitions.Define(new Symbol((uint)verdict.Argument));
        }

        if (!notes.IsEmpty)
        {
            WriteNotes(in notes);
        }

        DecisionEntry.Present present = DecisionEntry.PresenceOf(
            in intent, in verdict, passing.AdmittedTick, passing.Now, passing.ReleasesLeft);
        Span<byte> payload = _ledger.Begin(WallEntryKinds.Decision, DecisionEntry.SizeOf(present), out ulong index);
        DecisionEntry.Encode(
            payload, present, in intent, in verdict, passing.AdmittedTick, passing.Now, passing.Passage, passing.ReleasesLeft);
        _ledger.Commit();
        return index;
    }

    /// <summary>Records one refusal.</summary>
    public void Refusal(in Intent intent, in Refusal refusal, ulong tick)
    {
        _definitions.Define(intent.Agent);
        _definitions.Define(intent.Resource);
        RefusalEntry.Write(_ledger.Begin(WallEntryKinds.Refusal, RefusalEntry.Length, out _), in intent, in refusal, tick);
        _ledger.Commit();
    }

    /// <summary>Records a tick's refusals of one agent.</summary>
    public void Count(in RefusalCount count)
    {
        _definitions.Define(count.Agent);
        RefusalCountEntry.Write(_ledger.Begin(WallEntryKinds.RefusalCount, RefusalCountEntry.Length, out _), in count);
        _ledger.Commit();
    }

    /// <summary>Records the clock.</summary>
    public void Clock(ulong tick)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_ledger.Begin(WallEntryKinds.Clock, sizeof(ulong), out _), tick);
        _ledger.Commit();
    }

    /// <summary>Records a fact.</summary>
    public void Fact(in Fact fact)
    {
        _definitions.Define(fact.Key.Subject);
        _definitions.Define(fact.Key.Name);
        _definitions.Define(fact.Value.AsSymbol);
        FactEntry.Write(_ledger.Begin(WallEntryKinds.Fact, FactEntry.Length, out _), in fact);
        _ledger.Commit();
    }

    /// <summary>Records that the policies in the parts just before were swapped in.</summary>
    public void GateChange(ulong tick, GateSwap swap)
    {
        Span<byte> payload = _ledger.Begin(WallEntryKinds.GateChange, GateChangeEntry.LengthOf(swap.Reason), out _);
        GateChangeEntry.Write(payload, tick, swap.Address, swap.Reason);
        _ledger.Commit();
    }

    /// <summary>Records one part of something that is longer than an entry, see <see cref="PartWriter"/>.</summary>
    public void Part(byte kind, ReadOnlySpan<byte> payload)
    {
        payload.CopyTo(_ledger.Begin(kind, payload.Length, out _));
        _ledger.Commit();
    }

    /// <summary>Takes back an entry that a failure left half written.</summary>
    public void Abandon()
    {
        if (_ledger.HasBegun)
        {
            _ledger.Abandon();
        }
    }

    private void WriteNotes(in GateNoteSet notes)
    {
        for (int i = 0; i < notes.Count; i++)
        {
            _definitions.Define(notes[i].Rule);
            _definitions.Define(notes[i].Exemption);
        }

        // Notes belong to the next decision on record, so they are not begun without room for theirs.
        if (!_ledger.HasRoomFor(2, atOnce: false) && !_ledger.IsPoisoned)
        {
            throw new LedgerFullException("there is no room for a decision behind its notes");
        }

        NoteEntry.Write(_ledger.Begin(WallEntryKinds.Note, NoteEntry.LengthOf(in notes), out _), in notes);
        _ledger.Commit();
    }
}
