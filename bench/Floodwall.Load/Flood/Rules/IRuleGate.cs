using Floodwall.Pipeline;

namespace Floodwall.Load.Flood.Rules;

/// <summary>Where a gate with many rules comes from; <see cref="FloodShape.RuleGate"/> says which.</summary>
internal interface IRuleGate
{
    /// <summary>What it is, for the reader of a report.</summary>
    string What { get; }

    /// <summary>The rules as policies that come behind the seed policies.</summary>
    /// <param name="vocabulary">The wall's names and rules. Only names of the flood's listed resources, topics and environments may be interned.</param>
    /// <param name="rules">How many, 1 or more.</param>
    IReadOnlyList<IPolicy> Policies(Vocabulary vocabulary, int rules);

    /// <summary>The verdict that so many rules have to give, worked out in another way than the measured one.</summary>
    /// <param name="vocabulary">The vocabulary that <see cref="Policies"/> was given.</param>
    /// <param name="rules">How many.</param>
    /// <returns>A function that may be slow.</returns>
    Func<Intent, VerdictKind> Reference(Vocabulary vocabulary, int rules);
}
