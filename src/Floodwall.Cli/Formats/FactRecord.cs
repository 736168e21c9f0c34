using Floodwall.Pipeline;

namespace Floodwall.Cli.Formats;

/// <summary>One fact as read from a file, in strings.</summary>
internal sealed record FactRecord
{
    /// <summary>What it is about.</summary>
    public required FactKind Kind { get; init; }

    /// <summary>Of whom; null for what holds everywhere.</summary>
    public string? Subject { get; init; }

    /// <summary>What of it.</summary>
    public required string Name { get; init; }

    /// <summary>A <see cref="string"/>, <see cref="long"/>, finite <see cref="double"/> or <see cref="bool"/>.</summary>
    public required object Value { get; init; }

    /// <summary>As of when it is valid; null where not stated.</summary>
    public ulong? Tick { get; init; }
}
