using Floodwall.Pipeline;

namespace Floodwall.Policy;

/// <summary>Why a bundle says what it says about an intent.</summary>
/// <param name="Verdict">What it says, an exemption counted that covers the intent.</param>
/// <param name="Rules">Every rule, in the order in which reasons are preferred.</param>
/// <param name="Winner">The rule that gives the reason; null where none objects.</param>
public sealed record PolicyExplanation(Verdict Verdict, IReadOnlyList<RuleExplanation> Rules, RuleExplanation? Winner)
{
    /// <summary>What the rules in force say before any exemption.</summary>
    public required Verdict Said { get; init; }

    /// <summary>The rule that gives the reason of <see cref="Said"/>; null where none objects.</summary>
    public required RuleExplanation? Objection { get; init; }

    /// <summary>Every exemption, in the order of the file, and what it does for the intent.</summary>
    public IReadOnlyList<ExemptionExplanation> Exemptions { get; init; } = [];

    /// <summary>The exemption that is used; null where none is.</summary>
    public ExemptionExplanation? Exempted => Exemptions.FirstOrDefault(one => one.Status == ExemptionStatus.Used);

    /// <summary>What a gate would note beside its decision.</summary>
    public GateNoteSet Notes { get; init; }

    /// <summary>The bundle that is tried beside it, its rules alone: exemptions do not count in the comparison. Null without one.</summary>
    public PolicyExplanation? Candidate { get; init; }
}

/// <summary>One rule about an intent.</summary>
public sealed record RuleExplanation
{
    /// <summary>The policy's id.</summary>
    public required string Policy { get; init; }

    /// <summary>The rule's id.</summary>
    public required string Rule { get; init; }

    /// <summary>Whom its policy is about.</summary>
    public required string Scope { get; init; }

    /// <summary>What becomes of its verdict.</summary>
    public required PolicyMode Mode { get; init; }

    /// <summary>Its priority.</summary>
    public required int Priority { get; init; }

    /// <summary>Whether its condition, scope included, holds; null where that is unknown.</summary>
    public required bool? Holds { get; init; }

    /// <summary>The parts of its condition.</summary>
    public required IReadOnlyList<ClauseExplanation> Clauses { get; init; }

    /// <summary>What it says, were there no exemption; Admit where it is silent.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>Where it stands.</summary>
    public required SourcePosition Position { get; init; }
}

/// <summary>A part of a condition.</summary>
/// <param name="Text">As CEL.</param>
/// <param name="Holds">Its value; null where that is unknown.</param>
/// <param name="Why">What is missing or what failed; empty where it has a value.</param>
/// <param name="IsScope">Whether it comes from the policy's scope.</param>
public sealed record ClauseExplanation(string Text, bool? Holds, IReadOnlyList<string> Why, bool IsScope);
