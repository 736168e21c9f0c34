using System.Diagnostics.CodeAnalysis;

namespace Floodwall.Pipeline;

/// <summary>
/// Everything about a wall that a restart must not lose, as a running wall or a replay holds it. <see cref="StateEncoder"/> makes the
/// one canonical text of it.
/// </summary>
internal interface IPlaneState
{
    SettingsEntry Settings { get; }

    /// <summary>The gate's composition as <see cref="GateComposition"/> encodes it.</summary>
    ReadOnlySpan<byte> Gate { get; }

    ulong Clock { get; }

    /// <summary>What is left of the running tick's share of releases; 0 without a bound.</summary>
    uint ReleasesLeft { get; }

    /// <summary>Decisions by <see cref="VerdictKind"/>.</summary>
    ReadOnlySpan<ulong> Verdicts { get; }

    /// <summary>Recorded refusals by <see cref="RefusalKind"/>, from Duplicate to AgentTableFull.</summary>
    ReadOnlySpan<ulong> Refusals { get; }

    /// <summary>Notes beside decisions by <see cref="GateNoteKind"/>, from Exempted to Candidate.</summary>
    ReadOnlySpan<ulong> Notes { get; }

    uint RuleCount { get; }

    uint SymbolCount { get; }

    uint AttributesCount { get; }

    uint AgentCount { get; }

    uint QueuedCount { get; }

    /// <summary>What the gate knows.</summary>
    FactTable Facts { get; }

    /// <summary>How often exemptions were used.</summary>
    ExemptionUses Uses { get; }

    /// <summary>The next rule behind a number, ascending; begin with 0.</summary>
    bool NextRule(ref uint id, [NotNullWhen(true)] out Rule? rule);

    /// <summary>The next symbol behind a number, ascending; begin with 0.</summary>
    bool NextSymbol(ref uint id, out string name);

    /// <summary>The next attribute set behind a number, ascending; begin with 0.</summary>
    bool NextAttributes(ref uint handle, [NotNullWhen(true)] out AttributeSet? set);

    /// <summary>The next agent behind a number, ascending; begin with 0.</summary>
    bool NextAgent(ref uint agent, out TokenBucket bucket);

    /// <summary>The next waiting intent in the order in which they would leave; begin with -1.</summary>
    bool NextQueued(ref int place, out Intent intent, out ulong admittedTick);
}
