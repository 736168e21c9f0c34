using Floodwall.Cli.Formats;
using Floodwall.Pipeline;

namespace Floodwall.Cli.Bundles.Tests;

/// <summary>One test of a bundle: what is asked, what is known, and what has to come of it.</summary>
internal sealed record PolicyTest
{
    /// <summary>The file it stands in.</summary>
    public required string File { get; init; }

    /// <summary>Where it stands, as file, line and column.</summary>
    public required Policy.SourcePosition Position { get; init; }

    /// <summary>Its name, unique in its file.</summary>
    public required string Name { get; init; }

    /// <summary>The intent.</summary>
    public required ChangeRecord Intent { get; init; }

    /// <summary>What is known, in the order in which it is learned.</summary>
    public required IReadOnlyList<FactRecord> Facts { get; init; }

    /// <summary>The clock.</summary>
    public required ulong Tick { get; init; }

    /// <summary>What has to come of it.</summary>
    public required Expectation Expect { get; init; }
}

/// <summary>What a test expects; what is null may be anything.</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="Rule">The rule that gives the reason, as <c>POLICY/RULE</c>.</param>
/// <param name="Reason">The reason's sentence.</param>
/// <param name="WaitTicks">The wait of a shape.</param>
/// <param name="UntilTick">The tick of a defer; 0 where none can be named.</param>
/// <param name="SwitchTo">The identity of a switch.</param>
internal sealed record Expectation(VerdictKind Verdict, string? Rule, string? Reason, ulong? WaitTicks, ulong? UntilTick, string? SwitchTo);
