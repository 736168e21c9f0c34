using Floodwall.Pipeline;
using Floodwall.Policy.Cel;

namespace Floodwall.Policy.Compilation;

/// <summary>A rule whose condition was parsed and checked.</summary>
internal sealed record PolicyRule
{
    /// <summary>Its place in the bundle, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>The policy it belongs to.</summary>
    public required PolicyDocument Policy { get; init; }

    /// <summary>As written.</summary>
    public required RuleDocument Document { get; init; }

    /// <summary>The condition alone, in one form.</summary>
    public required Expr Condition { get; init; }

    /// <summary>
    /// What has to hold for the rule to speak: the scope of its policy, then the parts of its condition. Their conjunction is the rule's.
    /// </summary>
    public required IReadOnlyList<Clause> Clauses { get; init; }

    /// <summary>The condition's worst-case cost, in the units of <see cref="CelCostBound"/>.</summary>
    public required long Cost { get; init; }

    /// <summary>The reason's number in the wall's vocabulary.</summary>
    public RuleId Id { get; init; }

    /// <summary><c>POLICY/RULE</c>.</summary>
    public string Name => $"{Policy.Id}/{Document.Id}";
}

/// <summary>One part of a conjunction.</summary>
/// <param name="Expr">The expression.</param>
/// <param name="Text">The same as CEL: two clauses of one text are one clause.</param>
/// <param name="IsScope">Whether it came from the scope of the policy.</param>
internal sealed record Clause(Expr Expr, string Text, bool IsScope);
