namespace Floodwall.Policy;

/// <summary>The bounds of policy files. What exceeds one is refused with a diagnostic.</summary>
public static class BundleLimits
{
    /// <summary>Bytes of all files of a bundle together.</summary>
    public const int MaxBytes = 10 << 20;

    /// <summary>Files of a folder.</summary>
    public const int MaxFiles = 256;

    /// <summary>Mappings and sequences within each other.</summary>
    public const int MaxDepth = 32;

    /// <summary>Mappings, sequences and scalars of one file, keys included.</summary>
    public const int MaxNodes = 500_000;

    /// <summary>Policies of a bundle.</summary>
    public const int MaxPolicies = 1_000;

    /// <summary>Rules of a bundle, over all its policies.</summary>
    public const int MaxRules = 10_000;

    /// <summary>Exemptions of a bundle.</summary>
    public const int MaxExemptions = 1_000;

    /// <summary>Attributes of a bundle, declared and implied.</summary>
    public const int MaxAttributes = 1_000;

    /// <summary>Policies, or rules, that one exemption names.</summary>
    public const int MaxCovered = 64;

    /// <summary>UTF-8 bytes of the id of a policy, rule, exemption or attribute.</summary>
    public const int MaxIdBytes = 128;

    /// <summary>UTF-8 bytes of a name that an intent can carry (an agent, a pool, …).</summary>
    public const int MaxNameBytes = 1024;

    /// <summary>UTF-8 bytes of a reason, of why an exemption was given, and of a description.</summary>
    public const int MaxReasonBytes = 1024;

    /// <summary>UTF-16 code units of a condition, also of one made from a <c>when:</c> map.</summary>
    public const int MaxConditionLength = 16 << 10;

    /// <summary>Errors that are kept; the last one says that there are more.</summary>
    public const int MaxErrors = 100;

    /// <summary>Warnings that are kept; the last one says that there are more.</summary>
    public const int MaxWarnings = 50;
}
