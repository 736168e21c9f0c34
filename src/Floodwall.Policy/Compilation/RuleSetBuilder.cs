using Floodwall.Pipeline;
using Floodwall.Policy.Cel;
using Floodwall.Policy.Schema;

namespace Floodwall.Policy.Compilation;

/// <summary>Compiles rules into a <see cref="RuleSet"/>: orders their slots, shares equal clauses, indexes what reads one field.</summary>
internal sealed class RuleSetBuilder
{
    private readonly IntentSchema _schema;
    private readonly GateContext _context;
    private readonly ulong _staleAfter;
    private readonly Func<Expr, BoolNode> _reference;
    private readonly JudgeEpoch _epoch = new();

    /// <param name="schema">The names.</param>
    /// <param name="context">The tables.</param>
    /// <param name="staleAfter">Ticks after which a fact counts no more; 0 for never.</param>
    /// <param name="reference">Makes the node of an expression that has no other.</param>
    public RuleSetBuilder(IntentSchema schema, GateContext context, ulong staleAfter, Func<Expr, BoolNode> reference)
    {
        _schema = schema;
        _context = context;
        _staleAfter = staleAfter;
        _reference = reference;
    }

    /// <summary>Clauses of which a part was left to the reference evaluator for each intent, as CEL.</summary>
    public List<string> Slow { get; } = [];

    /// <summary>Compiles rules.</summary>
    public RuleSet Build(IReadOnlyList<PolicyRule> rules)
    {
        Slot[] slots = [.. rules.SelectMany(SlotsOf).OrderByDescending(slot => slot.Kind)
            .ThenBy(slot => rules[slot.Rule].Policy.Scope.Level).ThenByDescending(slot => rules[slot.Rule].Document.Priority)
            .ThenBy(slot => rules[slot.Rule].Index)];
        int words = RuleSet.WordsFor(slots.Length);
        ulong[][] slotsOfRule = [.. rules.Select(_ => new ulong[words])];
        for (int slot = 0; slot < slots.Length; slot++)
        {
            slotsOfRule[slots[slot].Rule][slot >> 6] |= 1UL << (slot & 63);
        }

        List<BoolNode>[] rest = [.. rules.Select(_ => new List<BoolNode>())];
        Dictionary<int, List<IndexedClause>> indexed = [];
        foreach (IGrouping<string, (Clause Clause, int Rule)> same in rules
            .SelectMany((rule, number) => rule.Clauses.Select(clause => (Clause: clause, Rule: number)))
            .GroupBy(pair => pair.Clause.Text, StringComparer.Ordinal))
        {
            int[] users = [.. same.Select(pair => pair.Rule).Distinct()];
            Place(same.First().Clause, users, indexed, slotsOfRule, words, rest);
        }

        return new RuleSet(
            slots,
            [.. rest.Select(nodes => nodes.Count switch { 0 => null, 1 => nodes[0], _ => (BoolNode)new AllNode([.. nodes]) })],
            [.. rules.Select(rule => new RuleOutcome(rule, _context, _staleAfter))],
            [.. indexed.OrderBy(pair => pair.Key).Select(pair => new KeyedIndex(pair.Key, new FieldIndex(pair.Value, words)))],
            _epoch);

        IEnumerable<Slot> SlotsOf(PolicyRule rule, int number)
        {
            VerdictKind holds = RuleOutcome.KindOf(rule.Document, unknown: false);
            VerdictKind unknown = RuleOutcome.KindOf(rule.Document, unknown: true);
            if (holds == unknown)
            {
                return holds == VerdictKind.Admit ? [] : [new Slot(number, holds, SlotTrigger.NotFalse)];
            }

            // An approval changes nothing: what it is silent about is admitted all the same.
            Slot[] both = [new Slot(number, holds, SlotTrigger.Holds), new Slot(number, unknown, SlotTrigger.Unknown)];
            return both.Where(slot => slot.Kind != VerdictKind.Admit && (slot.Speaks == SlotTrigger.Holds || CanBeUnknown(rule)));
        }
    }

    private bool CanBeUnknown(PolicyRule rule) => rule.Clauses.Any(clause => Certainty.CanBeUnknown(clause.Expr, _schema));

    private void Place(
        Clause clause, int[] users, Dictionary<int, List<IndexedClause>> indexed, ulong[][] slotsOfRule, int words, List<BoolNode>[] rest)
    {
        Dependency reads = Dependencies.Of(clause.Expr, _schema);
        NodeBuilder builder = new(_schema, _context, _staleAfter, _reference);
        BoolNode node = builder.Build(clause.Expr);
        if (KeyOf(reads) is { } key)
        {
            ulong[] mask = new ulong[words];
            foreach (int user in users)
            {
                for (int word = 0; word < words; word++)
                {
                    mask[word] |= slotsOfRule[user][word];
                }
            }

            if (!indexed.TryGetValue(key, out List<IndexedClause>? clauses))
            {
                indexed.Add(key, clauses = []);
            }

            clauses.Add(new IndexedClause((uint _, in JudgeInput input) => node.Evaluate(in input), mask));
            return;
        }

        if (reads == Dependency.Clock)
        {
            node = new TickNode(node);
        }
        else if (builder.Left > 0 && reads != Dependency.None)
        {
            Slow.Add(clause.Text);
        }

        if (reads == Dependency.None)
        {
            Intent nothing = default;
            node = new ConstantNode(node.Evaluate(new JudgeInput(in nothing, 0)));
        }
        else if (users.Length > 1)
        {
            node = new SharedNode(node, _epoch);
        }

        foreach (int user in users)
        {
            rest[user].Add(node);
        }
    }

    private static int? KeyOf(Dependency reads) =>
        Dependencies.SingleSymbol(reads) is { } field ? (int)field
        : reads == Dependency.Traits ? KeyedIndex.Traits
        : reads == Dependency.Attributes ? KeyedIndex.Attributes
        : null;
}
