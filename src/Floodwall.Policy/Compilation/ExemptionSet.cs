using System.Numerics;
using Floodwall.Pipeline;
using Floodwall.Policy.Schema;

namespace Floodwall.Policy.Compilation;

/// <summary>
/// Compiled exemptions: looks, for an intent that a <see cref="RuleSet"/> objects to, for the exemption that leaves the mildest verdict.
/// </summary>
/// <remarks>
/// Whom an exemption covers is told by names alone, so who is covered by what is computed once for each name (<see cref="FieldIndex"/>), and a
/// thousand exemptions cost a few words of bits. Rules are judged again only for those that fit the intent, still hold, and cover the rule
/// that decided. One thread at a time.
/// </remarks>
internal sealed class ExemptionSet
{
    private readonly PolicyExemption[] _exemptions;
    private readonly ulong[][] _silenced;
    private readonly ulong[] _all;
    private readonly KeyedIndex[] _indexes;
    private readonly Dictionary<RuleId, int> _slotOf = [];
    private readonly RuleSet _rules;
    private readonly ExemptionUses _uses;

    /// <param name="exemptions">In the order of the file, which decides among equals.</param>
    /// <param name="rules">The rules that <paramref name="set"/> was made from.</param>
    /// <param name="set">The rules in force.</param>
    /// <param name="context">Names, and how often exemptions were used.</param>
    public ExemptionSet(IReadOnlyList<PolicyExemption> exemptions, IReadOnlyList<PolicyRule> rules, RuleSet set, GateContext context)
    {
        _exemptions = [.. exemptions];
        _rules = set;
        _uses = context.Uses;
        _silenced = [.. exemptions.Select(exemption => Bits(set.Slots.Count, slot => exemption.Covers(rules[set.Slots[slot].Rule])))];
        _all = Bits(_exemptions.Length, _ => true);
        for (int slot = 0; slot < set.Slots.Count; slot++)
        {
            _slotOf[rules[set.Slots[slot].Rule].Id] = slot;
        }

        _indexes =
        [
            .. Index(SymbolField.Agent, who => who.Agent, context.Vocabulary),
            .. Index(SymbolField.Identity, who => who.Identity, context.Vocabulary),
            .. Index(SymbolField.Role, who => who.Role, context.Vocabulary),
        ];
    }

    /// <summary>Looks for the exemption that leaves the mildest verdict, the first in the file among equals.</summary>
    /// <param name="input">The intent.</param>
    /// <param name="verdict">What the rules say; not Admit.</param>
    /// <param name="milder">What is left of it.</param>
    /// <returns>The exemption; <see cref="RuleId.None"/> where none makes it milder.</returns>
    public RuleId Find(in JudgeInput input, in Verdict verdict, out Verdict milder)
    {
        milder = verdict;
        RuleId found = RuleId.None;
        Span<int> rows = stackalloc int[KeyedIndex.Keys];
        for (int i = 0; i < _indexes.Length; i++)
        {
            rows[i] = _indexes[i].Index.RowOf(_indexes[i].ValueOf(in input.Intent), in input);
        }

        for (int word = 0; word < _all.Length && milder.Kind != VerdictKind.Admit; word++)
        {
            ulong fit = _all[word];
            for (int i = 0; i < _indexes.Length && fit != 0; i++)
            {
                fit &= _indexes[i].Index.Possible(rows[i], word);
            }

            for (; fit != 0 && milder.Kind != VerdictKind.Admit; fit &= fit - 1)
            {
                int at = (word << 6) + BitOperations.TrailingZeroCount(fit);
                if (CanHelp(at, in verdict, input.Tick))
                {
                    Verdict left = _rules.Judge(in input, _silenced[at]);
                    if (left.IsMilderThan(in milder))
                    {
                        (milder, found) = (left, _exemptions[at].Id);
                    }
                }
            }
        }

        return found;
    }

    // Behind waits there is one rule that decides, and while it speaks nothing gets milder. A wait can also be another rule's.
    private bool CanHelp(int at, in Verdict verdict, ulong tick)
    {
        PolicyExemption exemption = _exemptions[at];
        int slot = _slotOf[verdict.Rule];
        return tick < exemption.Document.ExpiresTick
            && (verdict.Kind <= VerdictKind.Defer || (_silenced[at][slot >> 6] >> (slot & 63) & 1) != 0)
            && _uses.Of(exemption.Id) < exemption.Document.MaxUses;
    }

    private IEnumerable<KeyedIndex> Index(SymbolField field, Func<ExemptionSubject, NamePattern?> patternOf, Vocabulary vocabulary)
    {
        IndexedClause[] clauses =
        [
            .. _exemptions.Select(exemption => patternOf(exemption.Document.Who)).OfType<NamePattern>().DistinctBy(pattern => pattern.Text).Select(pattern =>
                new IndexedClause(
                    (uint value, in JudgeInput _) => Truths.Of(value != 0 && pattern.Matches(vocabulary.NameOf(new Symbol(value)))),
                    Bits(_exemptions.Length, at => patternOf(_exemptions[at].Document.Who)?.Text == pattern.Text))),
        ];
        return clauses.Length == 0 ? [] : [new KeyedIndex((int)field, new FieldIndex(clauses, _all.Length))];
    }

    private static ulong[] Bits(int count, Func<int, bool> isSet)
    {
        ulong[] bits = new ulong[RuleSet.WordsFor(count)];
        for (int i = 0; i < count; i++)
        {
            bits[i >> 6] |= isSet(i) ? 1UL << (i & 63) : 0;
        }

        return bits;
    }
}
