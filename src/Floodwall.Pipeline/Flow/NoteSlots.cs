using System.Diagnostics;
using System.Numerics;

namespace Floodwall.Pipeline;

/// <summary>
/// The notes beside the verdicts in the decision ring, a place for each of its slots. Few decisions have notes, so they stand apart: a slot
/// says whether there are any, and keeps to its cache lines.
/// </summary>
/// <remarks>Whoever owns a slot owns its place here; publishing the slot publishes both.</remarks>
internal sealed class NoteSlots(int slots)
{
    private readonly GateNoteSet[] _sets = new GateNoteSet[slots];

    /// <summary>Puts the notes of a verdict in their place. The slot held another event before.</summary>
    public void Set(ref WallEvent slot, long sequence, in GateNoteSet notes)
    {
        slot.HasNotes = !notes.IsEmpty;
        if (slot.HasNotes)
        {
            Debug.Assert(BitOperations.IsPow2(_sets.Length), "a place is found by a mask");
            _sets[sequence & (_sets.Length - 1)] = notes;
        }
    }

    /// <summary>The notes beside a slot's verdict.</summary>
    public ref readonly GateNoteSet Of(in WallEvent slot, long sequence)
    {
        if (slot.HasNotes)
        {
            return ref _sets[sequence & (_sets.Length - 1)];
        }

        return ref GateNoteSet.Empty;
    }
}
