using Floodwall.Ledger;
using Floodwall.Pipeline;

namespace Floodwall.Cli.Running;

/// <summary>Finds the decisions about an intent, and the entries that define the names they use, by reading the ledger once.</summary>
internal sealed class DecisionSearch
{
    /// <summary>The most earlier decisions that are remembered; more are counted.</summary>
    private const int MaxRemembered = 16;

    private readonly Dictionary<Symbol, Definition> _symbols = [];
    private readonly Dictionary<RuleId, Definition> _rules = [];
    private readonly Dictionary<uint, (ulong Index, AttributeSet Set)> _attributes = [];
    private readonly HashSet<Symbol> _agents = [];
    private readonly Queue<ulong> _indexes = new();

    /// <summary>An entry that says what a number in other entries stands for.</summary>
    public readonly record struct Definition(ulong Index, string Kind, string Name);

    /// <summary>Whether the ledger ever names the agent.</summary>
    public bool AgentIsKnown => _agents.Count > 0;

    /// <summary>Decisions found.</summary>
    public ulong Count { get; private set; }

    /// <summary>Indexes of the last of them, ascending.</summary>
    public IReadOnlyCollection<ulong> Indexes => _indexes;

    /// <summary>The last decision; meaningful where there is one.</summary>
    public DecisionRecord Latest { get; private set; }

    /// <summary>Searches the first <paramref name="size"/> entries.</summary>
    public static DecisionSearch Run(LedgerReader ledger, ulong size, string agent, ulong id)
    {
        DecisionSearch search = new();
        using EntryCursor cursor = ledger.ReadFrom(0);
        while (cursor.MoveNext() && cursor.Current.Index < size)
        {
            search.Observe(cursor.Current, agent, id);
        }

        return search;
    }

    /// <summary>The entries that define what the latest decision refers to, in the order of the log.</summary>
    public IReadOnlyList<Definition> Definitions()
    {
        Intent intent = Latest.Intent;
        List<Definition> found = [];
        bool hasAttributes = _attributes.TryGetValue(intent.Attributes, out (ulong Index, AttributeSet Set) attributes);
        if (hasAttributes)
        {
            found.Add(new Definition(attributes.Index, "attributes", $"set {intent.Attributes}"));
        }

        foreach (Symbol symbol in new[]
        {
            intent.Agent, intent.Resource, intent.Topic, intent.Environment, intent.Scope, intent.Pool, intent.Identity, intent.Role,
            Latest.Verdict.Kind == VerdictKind.Switch ? new Symbol((uint)Latest.Verdict.Argument) : default,
        }.Concat(hasAttributes ? SymbolsOf(attributes.Set) : []).Distinct())
        {
            if (_symbols.TryGetValue(symbol, out Definition definition))
            {
                found.Add(definition);
            }
        }

        if (_rules.TryGetValue(Latest.Verdict.Rule, out Definition rule))
        {
            found.Add(rule);
        }

        return [.. found.OrderBy(definition => definition.Index)];
    }

    private static IEnumerable<Symbol> SymbolsOf(AttributeSet set)
    {
        for (int i = 0; i < set.Count; i++)
        {
            yield return set.NameAt(i);
            yield return set.ValueAt(i).AsSymbol;
            foreach (Symbol item in set.ValueAt(i).AsList.ToArray())
            {
                yield return item;
            }
        }
    }

    private void Observe(LedgerEntry entry, string agent, ulong id)
    {
        switch (entry.Kind)
        {
            case WallEntryKinds.Symbol when SymbolEntry.Read(entry.Payload, out Symbol symbol, out string name) is null:
                _symbols.TryAdd(symbol, new Definition(entry.Index, "symbol", name));
                if (name == agent)
                {
                    _agents.Add(symbol);
                }

                break;
            case WallEntryKinds.Rule when RuleEntry.Read(entry.Payload, out Rule rule) is null:
                _rules.TryAdd(rule.Id, new Definition(entry.Index, "rule", rule.Name));
                break;
            case WallEntryKinds.AttributeSet when AttributeSetEntry.Read(entry.Payload, out AttributeSet set) is null:
                _attributes.TryAdd(set.Handle, (entry.Index, set));
                break;
            case WallEntryKinds.Decision when DecisionEntry.Read(entry.Payload, out DecisionRecord record) is null:
                if (record.Intent.Id == id && _agents.Contains(record.Intent.Agent))
                {
                    Found(entry.Index, record);
                }

                break;
            default:
                break;
        }
    }

    private void Found(ulong index, in DecisionRecord record)
    {
        Count++;
        Latest = record;
        _indexes.Enqueue(index);
        if (_indexes.Count > MaxRemembered)
        {
            _indexes.Dequeue();
        }
    }
}
