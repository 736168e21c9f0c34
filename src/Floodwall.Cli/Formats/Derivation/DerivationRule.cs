using Floodwall.Pipeline;

namespace Floodwall.Cli.Formats.Derivation;

/// <summary>One rule: where every condition holds, it proposes the values that it sets.</summary>
internal sealed record DerivationRule
{
    /// <summary>Conditions by fact; each holds where one of its patterns fits.</summary>
    public required IReadOnlyList<(string Fact, Glob[] Patterns)> Conditions { get; init; }

    /// <summary>The blast radius set, if any.</summary>
    public BlastRadius? BlastRadius { get; init; }

    /// <summary>The priority set, if any.</summary>
    public Priority? Priority { get; init; }

    /// <summary>The topic set, if any.</summary>
    public Template? Topic { get; init; }

    /// <summary>The environment set, if any.</summary>
    public Template? Environment { get; init; }

    /// <summary>Whether every condition holds.</summary>
    public bool Matches(ChangeFacts facts, string? environment)
    {
        foreach ((string fact, Glob[] patterns) in Conditions)
        {
            string value = facts.Get(fact, environment);
            if (!Array.Exists(patterns, pattern => pattern.Matches(value)))
            {
                return false;
            }
        }

        return true;
    }
}
