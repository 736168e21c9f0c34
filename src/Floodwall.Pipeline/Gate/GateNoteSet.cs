using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Floodwall.Pipeline;

/// <summary>What stands on record beside one decision: at most one note of each kind, in the order of <see cref="GateNoteKind"/>.</summary>
public struct GateNoteSet : IEquatable<GateNoteSet>
{
    /// <summary>No note.</summary>
    internal static readonly GateNoteSet Empty;

    private Slots _notes;
    private byte _count;

    /// <summary>How many there are, 0 to 4.</summary>
    public readonly int Count => _count;

    /// <summary>Whether there is none.</summary>
    public readonly bool IsEmpty
    {
        get => _count == 0;
    }

    /// <summary>
    /// The one that was recorded alone before a decision could have several: an exemption's, else the harshest, of equals the first kind.
    /// </summary>
    internal readonly GateNote Foremost
    {
        get
        {
            GateNote foremost = GateNote.None;
            for (int i = 0; i < _count && foremost.Kind != GateNoteKind.Exempted; i++)
            {
                foremost = foremost.Kind == GateNoteKind.None || _notes[i].WouldBe > foremost.WouldBe ? _notes[i] : foremost;
            }

            return foremost;
        }
    }

    /// <summary>One of them, from 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer.</exception>
    public readonly GateNote this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, _count, nameof(index));
            return _notes[index];
        }
    }

    /// <summary>The note of a kind; <see cref="GateNote.None"/> where there is none.</summary>
    public readonly GateNote Of(GateNoteKind kind)
    {
        for (int i = 0; i < _count; i++)
        {
            if (_notes[i].Kind == kind)
            {
                return _notes[i];
            }
        }

        return GateNote.None;
    }

    /// <summary>Adds a note, of a kind behind those that are there.</summary>
    /// <exception cref="ArgumentException">Its kind is none of <see cref="GateNoteKind"/>, or not behind those that are there.</exception>
    public void Add(in GateNote note)
    {
        if (note.Kind > GateNoteKind.Candidate || note.Kind <= (_count == 0 ? GateNoteKind.None : _notes[_count - 1].Kind))
        {
            throw new ArgumentException($"Expected a note of a kind behind those of the set, got {note.Kind}.", nameof(note));
        }

        _notes[_count++] = note;
    }

    /// <inheritdoc/>
    public readonly bool Equals(GateNoteSet other) =>
        _count == other._count && ((ReadOnlySpan<GateNote>)_notes)[.._count].SequenceEqual(((ReadOnlySpan<GateNote>)other._notes)[.._count]);

    /// <inheritdoc/>
    public override readonly bool Equals([NotNullWhen(true)] object? obj) => obj is GateNoteSet other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => _count == 0 ? 0 : HashCode.Combine(_count, _notes[0], _notes[_count - 1]);

    /// <inheritdoc/>
    public override readonly string ToString() => string.Join(", ", ((ReadOnlySpan<GateNote>)_notes)[.._count].ToArray());

    /// <summary>Whether two sets hold the same.</summary>
    public static bool operator ==(in GateNoteSet left, in GateNoteSet right) => left.Equals(right);

    /// <summary>Whether two sets differ.</summary>
    public static bool operator !=(in GateNoteSet left, in GateNoteSet right) => !left.Equals(right);

    [InlineArray(GateNote.Kinds)]
    private struct Slots
    {
        private GateNote _first;
    }
}
