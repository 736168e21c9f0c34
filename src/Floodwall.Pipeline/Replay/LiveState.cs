using System.Diagnostics.CodeAnalysis;

namespace Floodwall.Pipeline;

/// <summary>A running wall's state, read where it lies. Only while nothing changes it: the intake rests, so does the gate, and the ledger's thread reads.</summary>
internal sealed class LiveState(
    Intake intake, Registrar registrar, RecordingStage recording, SettingsEntry settings, ChangeLog changes, GateContext context)
    : IPlaneState
{
    public SettingsEntry Settings => settings;

    public ReadOnlySpan<byte> Gate => changes.Composition;

    public ulong Clock => intake.Clock;

    public uint ReleasesLeft => intake.ReleasesLeft;

    public ReadOnlySpan<ulong> Verdicts => registrar.Verdicts;

    public ReadOnlySpan<ulong> Refusals => registrar.RecordedRefusals;

    public ReadOnlySpan<ulong> Notes => registrar.Notes;

    public uint RuleCount => recording.Definitions.RuleCount;

    public uint SymbolCount => recording.Definitions.SymbolCount;

    public uint AttributesCount => recording.Definitions.AttributesCount;

    public uint AgentCount => (uint)intake.Buckets.Agents;

    public uint QueuedCount => (uint)intake.Queued;

    public FactTable Facts => context.Facts;

    public ExemptionUses Uses => context.Uses;

    public bool NextRule(ref uint id, [NotNullWhen(true)] out Rule? rule) => recording.Definitions.NextRule(ref id, out rule);

    public bool NextSymbol(ref uint id, out string name) => recording.Definitions.NextSymbol(ref id, out name);

    public bool NextAttributes(ref uint handle, [NotNullWhen(true)] out AttributeSet? set) => recording.Definitions.NextAttributes(ref handle, out set);

    public bool NextAgent(ref uint agent, out TokenBucket bucket) => intake.Buckets.Next(ref agent, out bucket);

    public bool NextQueued(ref int place, out Intent intent, out ulong admittedTick)
    {
        bool found = intake.Lanes.Next(ref place, out QueuedIntent queued);
        intent = queued.Intent;
        admittedTick = queued.AdmittedTick;
        return found;
    }
}
