namespace Floodwall.Pipeline;

/// <summary>What a policy may look at beside the intent.</summary>
/// <param name="Vocabulary">Names, rules and attribute sets.</param>
/// <param name="Facts">The facts. To be read from <see cref="IPolicy.Judge"/> alone: they belong to the gate's thread.</param>
public sealed record GateContext(Vocabulary Vocabulary, FactTable Facts)
{
    /// <summary>The sets behind <see cref="Intent.Attributes"/>.</summary>
    public AttributeTable Attributes => Vocabulary.Attributes;

    /// <summary>What policies want on record beside their verdicts. From <see cref="IPolicy.Judge"/> alone.</summary>
    public GateNotes Notes { get; } = new();

    /// <summary>How often exemptions were used. To be read from <see cref="IPolicy.Judge"/> alone.</summary>
    public ExemptionUses Uses { get; init; } = new();
}

/// <summary>A policy that looks at facts, or has notes made.</summary>
public interface IContextPolicy : IPolicy
{
    /// <summary>
    /// Called once for each gate that the policy becomes part of, before it judges anything there: by a wall that opens or that swaps
    /// its policies, on the caller's thread, and by a replay. A policy that stays part of a gate that changes gets the same context again,
    /// maybe while it judges.
    /// </summary>
    /// <param name="context">What it may keep and look at while it judges.</param>
    void Attach(GateContext context);
}
