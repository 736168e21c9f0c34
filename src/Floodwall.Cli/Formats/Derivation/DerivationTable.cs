using Floodwall.Pipeline;

namespace Floodwall.Cli.Formats.Derivation;

/// <summary>Values that are given for a whole run and go before every rule, though not before what the input itself states.</summary>
internal sealed record DerivationOverrides
{
    /// <summary>The blast radius of every change that states none.</summary>
    public BlastRadius? BlastRadius { get; init; }

    /// <summary>The priority of every change that states none.</summary>
    public Priority? Priority { get; init; }

    /// <summary>The topic of every change that states none.</summary>
    public string? Topic { get; init; }

    /// <summary>The environment of every change that states none.</summary>
    public string? Environment { get; init; }
}

/// <summary>What the table says about one change.</summary>
internal readonly record struct Derived(BlastRadius BlastRadius, Priority Priority, string? Topic, string? Environment);

/// <summary>An ordered list of rules that gives changes the values their format does not state (docs/derivation.md).</summary>
/// <remarks>
/// Each value is looked for on its own: the first matching rule that sets it wins. The environment is settled first, since rules may
/// match on it. Where no rule sets a value, blast radius is Service and priority Normal, and there is no topic and no environment.
/// </remarks>
internal sealed class DerivationTable
{
    private static readonly Lazy<DerivationTable> BuiltIn = new(DerivationFile.LoadDefault);

    private readonly DerivationRule[] _rules;
    private readonly DerivationOverrides _overrides;

    internal DerivationTable(IEnumerable<DerivationRule> rules, DerivationOverrides? overrides = null)
    {
        _rules = [.. rules];
        _overrides = overrides ?? new DerivationOverrides();
    }

    /// <summary>The built-in table.</summary>
    public static DerivationTable Default => BuiltIn.Value;

    /// <summary>The rules, in order.</summary>
    public IReadOnlyList<DerivationRule> Rules => _rules;

    /// <summary>Reads a user's table.</summary>
    /// <param name="stream">The file; see docs/derivation.md.</param>
    /// <param name="file">Its name for messages.</param>
    /// <exception cref="InputException">It is not a derivation table; the message names the file and the JSON path.</exception>
    public static DerivationTable Load(Stream stream, string file) => DerivationFile.Load(stream, file);

    /// <summary>The same rules behind values for the whole run.</summary>
    /// <exception cref="InputException">The topic or environment is not a well-formed name.</exception>
    public DerivationTable With(DerivationOverrides overrides)
    {
        foreach ((string? value, string option) in ((string?, string)[])[(overrides.Topic, "--topic"), (overrides.Environment, "--environment")])
        {
            if (value is not null)
            {
                Names.Check(value, new SourcePosition(option, 0));
            }
        }

        return new DerivationTable(_rules, overrides);
    }

    /// <summary>Derives what the input does not state.</summary>
    /// <param name="facts">What the input says.</param>
    /// <param name="statedEnvironment">The environment, where the input states it.</param>
    public Derived Derive(ChangeFacts facts, string? statedEnvironment = null)
    {
        string? environment = statedEnvironment ?? _overrides.Environment;
        for (int i = 0; environment is null && i < _rules.Length; i++)
        {
            environment = _rules[i].Environment is Template template && _rules[i].Matches(facts, null) ? template.Fill(facts, null) : null;
        }

        BlastRadius? blast = _overrides.BlastRadius;
        Priority? priority = _overrides.Priority;
        string? topic = _overrides.Topic;
        foreach (DerivationRule rule in _rules)
        {
            bool needed = (blast is null && rule.BlastRadius is not null) || (priority is null && rule.Priority is not null)
                || (topic is null && rule.Topic is not null);
            if (needed && rule.Matches(facts, environment))
            {
                blast ??= rule.BlastRadius;
                priority ??= rule.Priority;
                topic ??= rule.Topic?.Fill(facts, environment);
            }
        }

        return new Derived(blast ?? BlastRadius.Service, priority ?? Priority.Normal, topic, environment);
    }
}
