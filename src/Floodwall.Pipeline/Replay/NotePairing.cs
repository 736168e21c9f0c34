namespace Floodwall.Pipeline;

/// <summary>
/// Brings each note together with the decision behind it. A note counts where it stands, also where its decision is missing.
/// </summary>
/// <param name="findings">Where to note what is noticed.</param>
internal sealed class NotePairing(ReplayFindings findings)
{
    private (ulong Entry, GateNote Note)? _note;

    /// <summary>Notes met.</summary>
    public ulong Count { get; private set; }

    /// <summary>Takes a note in.</summary>
    /// <returns>Null, or why it is no entry of a wall's.</returns>
    public string? Add(ulong index, ReadOnlySpan<byte> payload, PlaneState state)
    {
        if (NoteEntry.Read(payload, out GateNote note) is { } fault)
        {
            return fault;
        }

        foreach (RuleId rule in (ReadOnlySpan<RuleId>)[note.Rule, note.Exemption])
        {
            if (rule != RuleId.None && state.Names.FindRule(rule) is null)
            {
                return $"the note uses rule {rule.Id}, which is not defined before it";
            }
        }

        Count++;
        state.Notes[(int)note.Kind - 1]++;
        if (note.Kind == GateNoteKind.Exempted)
        {
            state.Uses.Add(note.Exemption, 1);
        }

        _note = (index, note);
        return null;
    }

    /// <summary>The note of the decision that stands here; none where there is none.</summary>
    public GateNote Take()
    {
        GateNote note = _note?.Note ?? GateNote.None;
        _note = null;
        return note;
    }

    /// <summary>Something other than a decision stands here; whether a note is left alone by it.</summary>
    public bool PassOver()
    {
        if (_note is not { } alone)
        {
            return false;
        }

        _note = null;
        findings.Note($"the note at entry {alone.Entry} has no decision behind it: it could not be recorded, or the wall ended in between");
        return true;
    }
}
