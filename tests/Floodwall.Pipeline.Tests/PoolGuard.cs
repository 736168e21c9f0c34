using System.Text.Json;

namespace Floodwall.Pipeline.Tests;

/// <summary>
/// Defers what touches a resource whose pool is empty, rejects where the provider is down, and defers what the pool's figure is too old
/// for. It looks at facts and at attributes.
/// </summary>
internal sealed class PoolGuard(Vocabulary vocabulary, ulong staleAfter) : IDescribedPolicy, IContextPolicy
{
    public const string Name = "pool-guard";

    private readonly RuleId _empty = vocabulary.Rules.Define(Name, "pool of '{resource}' is empty");
    private readonly RuleId _stale = vocabulary.Rules.Define("pool-stale", "nothing recent is known of the pool of '{resource}'");
    private readonly RuleId _down = vocabulary.Rules.Define("provider-down", "a provider is down");
    private readonly RuleId _open = vocabulary.Rules.Define("open-to-all", "open to all");
    private readonly Symbol _remaining = vocabulary.Symbols.Intern("remaining");
    private readonly Symbol _status = vocabulary.Symbols.Intern("status");
    private readonly Symbol _isDown = vocabulary.Symbols.Intern("down");
    private readonly Symbol _cidr = vocabulary.Symbols.Intern("cidr");
    private readonly Symbol _all = vocabulary.Symbols.Intern("0.0.0.0/0");
    private GateContext? _context;

    public string Description => $"{Name} {{\"stale\":{staleAfter}}}";

    public void Attach(GateContext context) => _context = context;

    public Verdict Judge(in Intent intent, ulong tick)
    {
        FactTable facts = _context!.Facts;
        if (facts.TryGet(FactKind.Provider, Symbol.None, _status, out FactReading status) && status.Value.AsSymbol == _isDown)
        {
            return Verdict.Reject(_down);
        }

        if (_context.Attributes.Find(intent.Attributes).TryGet(_cidr, out AttributeValue cidr)
            && (cidr.AsSymbol == _all || cidr.AsList.Contains(_all)))
        {
            return Verdict.RequireApproval(_open);
        }

        if (!facts.TryGet(FactKind.Pool, intent.Resource, _remaining, out FactReading remaining))
        {
            return Verdict.Admit;
        }

        return tick - remaining.Tick > staleAfter && tick > remaining.Tick ? Verdict.Defer(_stale, tick + 1)
            : remaining.Value.AsInt64 <= 0 ? Verdict.Defer(_empty)
            : Verdict.Admit;
    }

    public static PoolGuard From(Vocabulary vocabulary, JsonElement settings) => new(vocabulary, settings.GetProperty("stale").GetUInt64());
}
