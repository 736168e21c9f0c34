using Floodwall.Pipeline;

namespace Floodwall.Policy;

/// <summary>What an exemption does for an intent.</summary>
public enum ExemptionStatus
{
    /// <summary>The rules in force do not object, so none is looked for.</summary>
    NotNeeded,

    /// <summary>It is for somebody else.</summary>
    ForOthers,

    /// <summary>It no longer holds at this tick.</summary>
    Expired,

    /// <summary>It has no uses left.</summary>
    UsedUp,

    /// <summary>It covers nothing that matters: the verdict would be no milder with it.</summary>
    NoHelp,

    /// <summary>It would help, but another one leaves a milder verdict, or stands first in the file.</summary>
    Behind,

    /// <summary>It is the one that is used.</summary>
    Used,
}

/// <summary>One exemption about an intent.</summary>
/// <param name="Document">As written.</param>
/// <param name="Status">What it does.</param>
/// <param name="Uses">How often it was used before, as far as the gate at hand knows.</param>
/// <param name="Leaves">The verdict with what it covers kept silent; null where it was not tried.</param>
public sealed record ExemptionExplanation(ExemptionDocument Document, ExemptionStatus Status, ulong Uses, Verdict? Leaves)
{
    /// <summary>The rules that speak about the intent and that it covers, as <c>POLICY/RULE</c>.</summary>
    public required IReadOnlyList<string> Silenced { get; init; }
}
