namespace Floodwall.Policy;

/// <summary>Whether a policy guards a limit or a preference.</summary>
public enum PolicyType
{
    /// <summary>A safety limit. What it cannot tell, it denies by default.</summary>
    Hard,

    /// <summary>A preference. What it cannot tell, it takes at its worst by default.</summary>
    Soft,
}

/// <summary>What becomes of a policy's verdicts.</summary>
public enum PolicyMode
{
    /// <summary>They count.</summary>
    Enforce,

    /// <summary>They are computed and recorded as what would have been, and do not count.</summary>
    Shadow,

    /// <summary>They are recorded for review, and do not count.</summary>
    Audit,
}

/// <summary>What a rule says where its condition depends on data that is missing or stale.</summary>
public enum UnknownHandling
{
    /// <summary>Reject.</summary>
    Deny,

    /// <summary>Defer.</summary>
    Defer,

    /// <summary>As if the condition held.</summary>
    Pessimistic,
}

/// <summary>Rules that share a scope, a type and a mode.</summary>
/// <param name="Id">Unique in the bundle; no slash.</param>
/// <param name="Scope">Whom it is about.</param>
/// <param name="Type">Hard or soft.</param>
/// <param name="Mode">Enforce, shadow or audit.</param>
/// <param name="Rules">In the order in which they stand, which decides reasons among equals.</param>
/// <param name="Position">Where it stands.</param>
public sealed record PolicyDocument(
    string Id, PolicyScope Scope, PolicyType Type, PolicyMode Mode, IReadOnlyList<RuleDocument> Rules, SourcePosition Position)
{
    /// <summary>The id of the policy that holds a file's top-level <c>rules:</c>.</summary>
    public const string TopLevelId = "rules";
}
