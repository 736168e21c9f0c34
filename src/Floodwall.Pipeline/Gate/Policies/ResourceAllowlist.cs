using System.Collections;

namespace Floodwall.Pipeline;

/// <summary>Defers whatever touches a resource that is not on the list.</summary>
public sealed class ResourceAllowlist : IPolicy
{
    private readonly RuleId _rule;
    private readonly BitArray _allowed;

    /// <param name="vocabulary">The wall's names and rules; the listed names are interned in it.</param>
    /// <param name="resources">The resources that may be touched.</param>
    /// <exception cref="ArgumentException">A name cannot be interned.</exception>
    public ResourceAllowlist(Vocabulary vocabulary, IEnumerable<string> resources)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        ArgumentNullException.ThrowIfNull(resources);
        _rule = vocabulary.Rules.Define("resource-allowlist", "resource '{resource}' is not on the allowlist");

        // Symbols are dense, so membership is one bit; names interned later lie behind the end and are not on the list.
        List<Symbol> symbols = [.. resources.Select(name => vocabulary.Symbols.Intern(name))];
        _allowed = new BitArray((int)symbols.Select(s => s.Id).DefaultIfEmpty().Max() + 1);
        foreach (Symbol symbol in symbols)
        {
            _allowed[(int)symbol.Id] = true;
        }
    }

    /// <inheritdoc/>
    public Verdict Judge(in Intent intent, ulong tick)
    {
        uint id = intent.Resource.Id;
        return id < (uint)_allowed.Length && _allowed[(int)id] ? Verdict.Admit : Verdict.Defer(_rule);
    }
}
