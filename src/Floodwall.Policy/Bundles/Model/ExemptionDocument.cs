namespace Floodwall.Policy;

/// <summary>
/// Leave for somebody to pass some policies for a while. The policies are evaluated all the same and what they would have said is
/// recorded.
/// </summary>
public sealed record ExemptionDocument
{
    /// <summary>Unique in the bundle.</summary>
    public required string Id { get; init; }

    /// <summary>Whom it covers.</summary>
    public required ExemptionSubject Who { get; init; }

    /// <summary>Ids of the policies it covers; a single <c>*</c> covers all.</summary>
    public IReadOnlyList<string> Policies { get; init; } = [];

    /// <summary>The rules it covers, each as <c>POLICY/RULE</c>.</summary>
    public IReadOnlyList<string> Rules { get; init; } = [];

    /// <summary>Why it was given.</summary>
    public required string Why { get; init; }

    /// <summary>The first tick at which it no longer holds, at least 1.</summary>
    public required ulong ExpiresTick { get; init; }

    /// <summary>How many intents it covers before it is used up, at least 1.</summary>
    public required ulong MaxUses { get; init; }

    /// <summary>Whether it is an emergency, to be reviewed afterwards.</summary>
    public bool BreakGlass { get; init; }

    /// <summary>Where it stands.</summary>
    public SourcePosition Position { get; init; }
}

/// <summary>
/// Whom an exemption covers: all that is stated has to fit, and at least one is. <c>*</c> stands at a pattern's start or end.
/// </summary>
/// <param name="Agent">A pattern of agents; null for any.</param>
/// <param name="Identity">A pattern of identities; null for any.</param>
/// <param name="Role">A pattern of roles; null for any.</param>
public sealed record ExemptionSubject(NamePattern? Agent, NamePattern? Identity, NamePattern? Role);
