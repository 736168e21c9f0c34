using System.Numerics;
using Floodwall.Pipeline;
using Floodwall.Policy.Schema;

namespace Floodwall.Policy.Compilation;

/// <summary>
/// Compiled rules: the harshest verdict of those that speak about an intent, and the first rule among equals as its reason.
/// </summary>
/// <remarks>
/// Most clauses read one field. For each value of such a field a row of bits says which slots (<see cref="Slot"/>) remain possible; the
/// conjunction of a few rows leaves those whose other clauses are worth a look, in the order in which they count. So the cost grows
/// with the number of rules divided by 64, and with the number of rules that nearly apply. One thread at a time.
/// </remarks>
internal sealed class RuleSet
{
    private readonly Slot[] _slots;
    private readonly ulong[] _all;
    private readonly BoolNode?[] _rest;
    private readonly RuleOutcome[] _outcomes;
    private readonly KeyedIndex[] _indexes;
    private readonly JudgeEpoch _epoch;
    private readonly int _words;

    public RuleSet(Slot[] slots, BoolNode?[] rest, RuleOutcome[] outcomes, IReadOnlyList<KeyedIndex> indexes, JudgeEpoch epoch)
    {
        _slots = slots;
        _rest = rest;
        _outcomes = outcomes;
        _indexes = [.. indexes];
        _epoch = epoch;
        _words = WordsFor(slots.Length);
        _all = new ulong[_words];
        for (int slot = 0; slot < slots.Length; slot++)
        {
            _all[slot >> 6] |= 1UL << (slot & 63);
        }
    }

    /// <summary>Slots, in order.</summary>
    public IReadOnlyList<Slot> Slots => _slots;

    /// <summary>Words that a bit for each slot takes; at least one.</summary>
    public static int WordsFor(int slots) => Math.Max(1, (slots + 63) / 64);

    /// <summary>The verdict.</summary>
    /// <param name="input">The intent.</param>
    /// <param name="without">A bit for each slot that is to keep silent; empty for none.</param>
    public Verdict Judge(in JudgeInput input, ReadOnlySpan<ulong> without = default)
    {
        if (_slots.Length == 0)
        {
            return Verdict.Admit;
        }

        _epoch.Next();
        if (_words == 1)
        {
            return JudgeFew(in input, without);
        }

        KeyedIndex[] indexes = _indexes;
        Span<int> rows = stackalloc int[KeyedIndex.Keys];
        for (int i = 0; i < indexes.Length; i++)
        {
            rows[i] = indexes[i].Index.RowOf(indexes[i].ValueOf(in input.Intent), in input);
        }

        Verdict verdict = Verdict.Admit;
        for (int word = 0; word < _words; word++)
        {
            ulong possible = _all[word];
            for (int i = 0; i < indexes.Length && possible != 0; i++)
            {
                possible &= indexes[i].Index.Possible(rows[i], word);
            }

            if (!without.IsEmpty)
            {
                possible &= ~without[word];
            }

            if (possible != 0 && Speak(in input, word, possible, Certain(rows, word), ref verdict))
            {
                break;
            }
        }

        return verdict;
    }

    /// <summary>The same for up to 64 slots: most intents concern none of them, and one or two rows tell.</summary>
    private Verdict JudgeFew(in JudgeInput input, ReadOnlySpan<ulong> without)
    {
        ulong possible = without.IsEmpty ? _all[0] : _all[0] & ~without[0];
        ulong certain = ulong.MaxValue;
        foreach (ref readonly KeyedIndex index in _indexes.AsSpan())
        {
            int row = index.Index.RowOf(index.ValueOf(in input.Intent), in input);
            possible &= index.Index.Possible(row, 0);
            certain &= index.Index.Certain(row, 0);
            if (possible == 0)
            {
                return Verdict.Admit;
            }
        }

        Verdict verdict = Verdict.Admit;
        Speak(in input, 0, possible, certain, ref verdict);
        return verdict;
    }

    private ulong Certain(ReadOnlySpan<int> rows, int word)
    {
        ulong certain = ulong.MaxValue;
        for (int i = 0; i < _indexes.Length; i++)
        {
            certain &= _indexes[i].Index.Certain(rows[i], word);
        }

        return certain;
    }

    /// <summary>Lets the slots of a word speak; true where nothing behind them can change the verdict any more.</summary>
    private bool Speak(in JudgeInput input, int word, ulong possible, ulong certain, ref Verdict verdict)
    {
        for (; possible != 0; possible &= possible - 1)
        {
            int bit = BitOperations.TrailingZeroCount(possible);
            Slot slot = _slots[(word << 6) + bit];
            if (slot.Kind < verdict.Kind)
            {
                return true;
            }

            Truth truth = (certain >> bit & 1) != 0 ? Truth.True : Truth.Unknown;
            if (_rest[slot.Rule] is { } rest)
            {
                truth = Truths.And(truth, rest.Evaluate(in input));
            }

            if (Triggers(slot.Speaks, truth))
            {
                Verdict one = _outcomes[slot.Rule].Speak(in input, truth == Truth.Unknown);
                verdict = verdict.Kind == VerdictKind.Admit ? one : verdict.Combine(one);

                // Only waits are compared any further.
                if (verdict.Kind > VerdictKind.Defer)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static bool Triggers(SlotTrigger trigger, Truth truth) => trigger switch
    {
        SlotTrigger.Holds => truth == Truth.True,
        SlotTrigger.Unknown => truth == Truth.Unknown,
        _ => truth != Truth.False,
    };
}

/// <summary>An index and what its values are.</summary>
/// <param name="Key">A <see cref="SymbolField"/>, or one of the two behind them.</param>
/// <param name="Index">The index.</param>
internal readonly record struct KeyedIndex(int Key, FieldIndex Index)
{
    /// <summary>The combination of traits as a key.</summary>
    public const int Traits = IntentFields.SymbolFields;

    /// <summary>The attribute set as a key.</summary>
    public const int Attributes = Traits + 1;

    /// <summary>How many keys there are.</summary>
    public const int Keys = Attributes + 1;

    /// <summary>The intent's value.</summary>
    public uint ValueOf(in Intent intent) => Key switch
    {
        Traits => IntentFields.Traits(in intent),
        Attributes => intent.Attributes,
        _ => IntentFields.Symbol(in intent, (SymbolField)Key).Id,
    };
}
