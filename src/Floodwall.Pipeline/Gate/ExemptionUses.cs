namespace Floodwall.Pipeline;

/// <summary>
/// How often exemptions were used, by the rule that names them, over a ledger's life. Part of the wall's state: the gate counts, snapshots
/// hold it, and the notes on record rebuild it.
/// </summary>
/// <remarks>For one thread at a time: the gate's. Allocates only for exemptions never used before; nothing is removed.</remarks>
public sealed class ExemptionUses
{
    // Ascending, so that snapshots read them in order.
    private uint[] _rules = new uint[8];
    private ulong[] _uses = new ulong[8];

    /// <summary>Exemptions that were ever used.</summary>
    public int Count { get; private set; }

    /// <summary>How often an exemption was used.</summary>
    public ulong Of(RuleId exemption)
    {
        int at = _rules.AsSpan(0, Count).BinarySearch(exemption.Id);
        return at < 0 ? 0 : _uses[at];
    }

    /// <summary>Counts uses.</summary>
    internal void Add(RuleId exemption, ulong uses)
    {
        int at = _rules.AsSpan(0, Count).BinarySearch(exemption.Id);
        if (at < 0)
        {
            at = ~at;
            Insert(at, exemption.Id);
        }

        _uses[at] = checked(_uses[at] + uses);
    }

    /// <summary>The next exemption behind a number, ascending; begin with 0.</summary>
    internal bool Next(ref uint rule, out ulong uses)
    {
        int at = _rules.AsSpan(0, Count).BinarySearch(rule);
        at = at < 0 ? ~at : at + 1;
        bool found = at < Count;
        rule = found ? _rules[at] : rule;
        uses = found ? _uses[at] : 0;
        return found;
    }

    /// <summary>Forgets all.</summary>
    internal void Clear() => Count = 0;

    private void Insert(int at, uint rule)
    {
        if (Count == _rules.Length)
        {
            Array.Resize(ref _rules, 2 * Count);
            Array.Resize(ref _uses, 2 * Count);
        }

        Array.Copy(_rules, at, _rules, at + 1, Count - at);
        Array.Copy(_uses, at, _uses, at + 1, Count - at);
        _rules[at] = rule;
        _uses[at] = 0;
        Count++;
    }
}
