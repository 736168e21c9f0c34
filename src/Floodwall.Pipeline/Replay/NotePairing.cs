namespace Floodwall.Pipeline;

/// <summary>
/// Brings notes together with the decision behind them. A note counts where it stands, also where its decision is missing.
/// </summary>
/// <param name="findings">Where to note what is noticed.</param>
internal sealed class NotePairing(ReplayFindings findings)
{
    private (ulong Entry, GateNoteSet Notes)? _notes;

    /// <summary>Notes met.</summary>
    public ulong Count { get; private set; }

    /// <summary>Takes an entry of notes in.</summary>
    /// <returns>Null, or why it is no entry of a wall's.</returns>
    public string? Add(ulong index, ReadOnlySpan<byte> payload, PlaneState state)
    {
        if (NoteEntry.Read(payload, out GateNoteSet notes) is { } fault)
        {
            return fault;
        }

        for (int i = 0; i < notes.Count; i++)
        {
            GateNote note = notes[i];
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
        }

        _notes = (index, notes);
        return null;
    }

    /// <summary>The notes of the decision that stands here; none where there are none.</summary>
    public GateNoteSet Take()
    {
        GateNoteSet notes = _notes?.Notes ?? default;
        _notes = null;
        return notes;
    }

    /// <summary>Something other than a decision stands here; whether a note is left alone by it.</summary>
    public bool PassOver()
    {
        if (_notes is not { } alone)
        {
            return false;
        }

        _notes = null;
        findings.Note($"the note at entry {alone.Entry} has no decision behind it: it could not be recorded, or the wall ended in between");
        return true;
    }
}
