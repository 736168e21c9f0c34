using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Floodwall.Policy.Compilation;

/// <summary>
/// What the clauses that read one field of the intent and nothing else say for each of its values: two bits for each slot (see
/// <see cref="Slot"/>), computed when a value is first met and looked up from then on.
/// </summary>
/// <remarks>
/// Values are numbers: symbols, attribute sets, combinations of the small enums. Most values give the same bits as others, so rows are
/// shared. One thread at a time. Allocates only for values never met before; what it holds is bounded by the tables that the values
/// come from and by <see cref="MaxRows"/>.
/// </remarks>
internal sealed class FieldIndex
{
    /// <summary>Distinct rows that are kept; behind them a row is computed anew for each intent.</summary>
    public const int MaxRows = 1 << 16;

    // Row 0 belongs to no value: it is the scratch row of what cannot be kept.
    private const int NotMet = 0;

    private readonly IndexedClause[] _clauses;
    private readonly int _words;
    private readonly Dictionary<Row, int> _known = [];
    private int[] _rowOf = new int[64];
    private ulong[] _rows;
    private int _count = 1;

    /// <param name="clauses">Distinct clauses.</param>
    /// <param name="words">64-bit words that a bit for each slot takes.</param>
    public FieldIndex(IEnumerable<IndexedClause> clauses, int words)
    {
        _clauses = [.. clauses];
        _words = words;
        _rows = new ulong[2 * words * 8];
    }

    /// <summary>Distinct rows met so far.</summary>
    public int Rows => _count - 1;

    /// <summary>Distinct clauses.</summary>
    public int Clauses => _clauses.Length;

    /// <summary>The number of a value's row, for <see cref="Possible"/> and <see cref="Certain"/>; valid until the next call.</summary>
    public int RowOf(uint value, in JudgeInput input)
    {
        int[] rowOf = _rowOf;
        int row = value < (uint)rowOf.Length ? rowOf[value] : NotMet;
        return row != NotMet ? row : Meet(value, in input);
    }

    /// <summary>The bits of those among 64 slots that no clause here rules out.</summary>
    public ulong Possible(int row, int word) => _rows[(row * 2 * _words) + word];

    /// <summary>The bits of those among 64 slots that every clause here affirms.</summary>
    public ulong Certain(int row, int word) => _rows[(((row * 2) + 1) * _words) + word];

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int Meet(uint value, in JudgeInput input)
    {
        ulong[] bits = new ulong[2 * _words];
        bits.AsSpan().Fill(ulong.MaxValue);
        Span<ulong> possible = bits.AsSpan(0, _words);
        Span<ulong> certain = bits.AsSpan(_words);
        foreach (IndexedClause clause in _clauses)
        {
            Truth truth = clause.Evaluate(value, in input);
            if (truth == Truth.True)
            {
                continue;
            }

            for (int word = 0; word < _words; word++)
            {
                certain[word] &= ~clause.Slots[word];
                possible[word] &= truth == Truth.False ? ~clause.Slots[word] : ulong.MaxValue;
            }
        }

        Row key = new(bits);
        if (!_known.TryGetValue(key, out int row))
        {
            if (_count > MaxRows)
            {
                bits.CopyTo(_rows, 0);
                return NotMet;
            }

            row = _count++;
            Grow(ref _rows, (row + 1) * bits.Length);
            bits.CopyTo(_rows, row * bits.Length);
            _known.Add(key, row);
        }

        Grow(ref _rowOf, (int)value + 1);
        _rowOf[value] = row;
        return row;
    }

    private static void Grow<T>(ref T[] array, int length)
    {
        Debug.Assert(length > 0, "a value's number is far below 2^31");
        if (length > array.Length)
        {
            Array.Resize(ref array, Math.Max(length, Math.Min(2 * array.Length, Array.MaxLength)));
        }
    }

    /// <summary>A row as a key.</summary>
    private readonly struct Row(ulong[] bits) : IEquatable<Row>
    {
        private readonly ulong[] _bits = bits;

        public bool Equals(Row other) => _bits.AsSpan().SequenceEqual(other._bits);

        public override bool Equals(object? obj) => obj is Row other && Equals(other);

        public override int GetHashCode()
        {
            HashCode hash = default;
            hash.AddBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes<ulong>(_bits));
            return hash.ToHashCode();
        }
    }
}

/// <summary>A clause that reads one field, and the slots whose rules have it.</summary>
/// <param name="Evaluate">Its value for a value of the field. Pure.</param>
/// <param name="Slots">A bit for each slot.</param>
internal sealed record IndexedClause(IndexedEvaluation Evaluate, ulong[] Slots);

/// <summary>A clause's value for a value of its field.</summary>
/// <param name="value">The field's value as a number.</param>
/// <param name="input">An intent that has it; nothing but that field is looked at.</param>
internal delegate Truth IndexedEvaluation(uint value, in JudgeInput input);
