namespace Floodwall.Policy;

/// <summary>
/// What a policy file, or a folder of them, says. Immutable. Two bundles mean the same where their
/// <see cref="CanonicalForm.Address"/> is the same; record equality compares lists by reference.
/// </summary>
public sealed record PolicyBundle
{
    /// <summary>The version of the format, <c>v1</c>.</summary>
    public string Version { get; init; } = "v1";

    /// <summary>Name, revision and the like.</summary>
    public BundleMetadata Metadata { get; init; } = BundleMetadata.None;

    /// <summary>
    /// The attributes that conditions may read, in ordinal order of their names; those that <c>when:</c> maps imply are among
    /// them.
    /// </summary>
    public IReadOnlyList<AttributeDeclaration> Attributes { get; init; } = [];

    /// <summary>How ticks relate to wall time; null where conditions may not use it.</summary>
    public TickClock? Ticks { get; init; }

    /// <summary>Ticks after which a fact (what is left of a pool, how a provider is) counts as missing; 0 for never.</summary>
    public ulong StaleAfterTicks { get; init; }

    /// <summary>The policies in the order in which they stand.</summary>
    public IReadOnlyList<PolicyDocument> Policies { get; init; } = [];

    /// <summary>The exemptions in the order in which they stand.</summary>
    public IReadOnlyList<ExemptionDocument> Exemptions { get; init; } = [];
}

/// <summary>Who a bundle is. All of it is optional; signing needs a name and a revision.</summary>
/// <param name="Name">The bundle's name; revisions are counted per name.</param>
/// <param name="Revision">Strictly increasing; 0 where none is stated.</param>
/// <param name="Description">What it is for.</param>
/// <param name="Owner">Who answers for it.</param>
public sealed record BundleMetadata(string? Name, ulong Revision, string? Description, string? Owner)
{
    /// <summary>Nothing stated.</summary>
    public static BundleMetadata None { get; } = new(null, 0, null, null);
}

/// <summary>How ticks relate to wall time: <c>time.now</c> is <see cref="UnixSecondsAtZero"/> + tick / <see cref="PerSecond"/>.</summary>
/// <param name="PerSecond">Ticks in a second, 1 to 1,000,000,000.</param>
/// <param name="UnixSecondsAtZero">Seconds from 1970 to tick 0, −2^40 to 2^40.</param>
public sealed record TickClock(ulong PerSecond, long UnixSecondsAtZero);

/// <summary>The types an attribute can have.</summary>
public enum AttributeType
{
    /// <summary>Text.</summary>
    String,

    /// <summary>64 bits, signed.</summary>
    Int,

    /// <summary>IEEE 754, 64 bits, finite.</summary>
    Double,

    /// <summary>True or false.</summary>
    Bool,

    /// <summary>A list of texts.</summary>
    StringList,
}

/// <summary>
/// An attribute that intents can carry beyond their own fields; conditions read it as <c>attr.name</c> or <c>attr["name"]</c>.
/// </summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type.</param>
/// <param name="MaxSize">UTF-8 bytes of a string, elements of a list; 0 for the other types.</param>
public sealed record AttributeDeclaration(string Name, AttributeType Type, int MaxSize)
{
    /// <summary>The size of a string where none is declared.</summary>
    public const int DefaultStringSize = 1024;

    /// <summary>The size of a list where none is declared.</summary>
    public const int DefaultListSize = 64;

    /// <summary>The largest size of a string that can be declared.</summary>
    public const int LargestStringSize = 65_536;

    /// <summary>The largest size of a list that can be declared.</summary>
    public const int LargestListSize = 1_024;

    /// <summary>The size of a type where none is declared.</summary>
    public static int DefaultSize(AttributeType type) => type switch
    {
        AttributeType.String => DefaultStringSize,
        AttributeType.StringList => DefaultListSize,
        _ => 0,
    };
}
