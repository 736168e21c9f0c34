namespace Floodwall.Pipeline;

/// <summary>A rule's number in a wall's <see cref="RuleTable"/>; verdicts and ledger entries carry it in place of text.</summary>
/// <param name="Id">0 for none.</param>
public readonly record struct RuleId(uint Id)
{
    /// <summary>No rule: nothing objected.</summary>
    public static RuleId None => default;
}

/// <summary>A rule: a stable name for machines and a sentence for people.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Name">Such as <c>no-global-destroy</c>.</param>
/// <param name="Template">The reason, with placeholders as <see cref="ReasonText"/> knows them.</param>
public sealed record Rule(RuleId Id, string Name, string Template);

/// <summary>
/// The rules that a wall's policies can give as reasons. The ledger defines each before its first use, so it explains itself.
/// </summary>
/// <remarks>Safe for any number of threads; reading takes no lock.</remarks>
public sealed class RuleTable
{
    /// <summary>The longest name plus template, in UTF-8 bytes.</summary>
    public const int MaxTextBytes = 2048;

    /// <summary>The name of <see cref="StageFault"/>.</summary>
    internal const string StageFaultName = "stage-fault";

    /// <summary>The most rules over a ledger's life.</summary>
    public const int Capacity = 1 << 20;

    private readonly Lock _growth = new();
    private readonly Dictionary<(string Name, string Template), RuleId> _ids = [];
    private Rule?[] _rules = new Rule?[64];
    private uint _highest;

    /// <summary>A table with the wall's own rules in it.</summary>
    public RuleTable()
        : this([])
    {
    }

    /// <summary>A table that keeps the numbers a ledger has defined.</summary>
    internal RuleTable(IEnumerable<Rule> recorded)
    {
        foreach (Rule rule in recorded)
        {
            Put(rule);
        }

        PolicyFault = Define("policy-fault", "policy {detail} failed while judging the intent");
        StageFault = Define(StageFaultName, "a stage failed while handling the intent");
    }

    /// <summary>The reason of an intent rejected because a policy threw.</summary>
    public RuleId PolicyFault { get; }

    /// <summary>The reason of an intent rejected because a stage threw.</summary>
    public RuleId StageFault { get; }

    /// <summary>The highest id given out so far.</summary>
    public uint HighestId => Volatile.Read(ref _highest);

    /// <summary>The number of a rule, new or known. The same name and template give the same number.</summary>
    /// <exception cref="ArgumentException">The name is empty or the text too long.</exception>
    /// <exception cref="InvalidOperationException">The table is full.</exception>
    public RuleId Define(string name, string template)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(template);
        if (System.Text.Encoding.UTF8.GetByteCount(name) + System.Text.Encoding.UTF8.GetByteCount(template) > MaxTextBytes)
        {
            throw new ArgumentException($"Rule '{name[..Math.Min(name.Length, 40)]}': name and reason together exceed {MaxTextBytes} UTF-8 bytes.", nameof(template));
        }

        lock (_growth)
        {
            if (_ids.TryGetValue((name, template), out RuleId known))
            {
                return known;
            }

            RuleId id = new(_highest + 1);
            Put(new Rule(id, name, template));
            return id;
        }
    }

    /// <summary>The rule of a number, or null for <see cref="RuleId.None"/> and numbers never given out.</summary>
    public Rule? Find(RuleId id)
    {
        Rule?[] rules = Volatile.Read(ref _rules);
        return id.Id < rules.Length ? rules[id.Id] : null;
    }

    private void Put(Rule rule)
    {
        uint id = rule.Id.Id;
        if (id == 0 || id >= Capacity)
        {
            throw new InvalidOperationException($"Rule number {id} for '{rule.Name}' is outside 1 … {Capacity - 1}.");
        }

        if (id >= _rules.Length)
        {
            Rule?[] larger = new Rule?[Math.Max(_rules.Length * 2, (int)System.Numerics.BitOperations.RoundUpToPowerOf2(id + 1))];
            _rules.CopyTo(larger, 0);
            Volatile.Write(ref _rules, larger);
        }

        Volatile.Write(ref _rules[id], rule);
        _ids[(rule.Name, rule.Template)] = rule.Id;
        Volatile.Write(ref _highest, Math.Max(_highest, id));
    }
}
