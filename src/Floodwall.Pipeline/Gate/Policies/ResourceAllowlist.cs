using System.Text.Json;

namespace Floodwall.Pipeline;

/// <summary>Defers whatever touches a resource that is not on the list.</summary>
public sealed class ResourceAllowlist : IDescribedPolicy
{
    /// <summary>The rule's name, and the policy's in descriptions.</summary>
    public const string Name = "resource-allowlist";

    private readonly RuleId _rule;
    private readonly ulong[] _allowed;

    /// <param name="vocabulary">The wall's names and rules; the listed names are interned in it.</param>
    /// <param name="resources">The resources that may be touched.</param>
    /// <exception cref="ArgumentException">A name cannot be interned.</exception>
    public ResourceAllowlist(Vocabulary vocabulary, IEnumerable<string> resources)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        ArgumentNullException.ThrowIfNull(resources);
        string[] names = [.. resources];
        IEnumerable<string> quoted = names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Select(name => $"\"{JsonEncodedText.Encode(name)}\"");
        Description = $"{Name} [{string.Join(',', quoted)}]";
        _rule = vocabulary.Rules.Define(Name, "resource '{resource}' is not on the allowlist");

        // Symbols are dense, so membership is one bit; names interned later lie behind the end and are not on the list.
        List<Symbol> symbols = [.. names.Select(name => vocabulary.Symbols.Intern(name))];
        _allowed = new ulong[(symbols.Select(s => s.Id).DefaultIfEmpty().Max() >> 6) + 1];
        foreach (Symbol symbol in symbols)
        {
            _allowed[symbol.Id >> 6] |= 1UL << (int)symbol.Id;
        }
    }

    /// <inheritdoc/>
    public string Description { get; }

    /// <inheritdoc/>
    public Verdict Judge(in Intent intent, ulong tick)
    {
        uint id = intent.Resource.Id;
        ulong[] allowed = _allowed;
        return id >> 6 < (uint)allowed.Length && (allowed[id >> 6] >> (int)id & 1) != 0 ? Verdict.Admit : Verdict.Defer(_rule);
    }

    internal static ResourceAllowlist From(Vocabulary vocabulary, JsonElement settings) =>
        new(vocabulary, [.. settings.EnumerateArray().Select(name => name.GetString() ?? throw new FormatException("a name is null"))]);
}
