using Floodwall.Pipeline;

namespace Floodwall.Load.Scenarios.EndToEnd;

/// <summary>One way to run the wall, from submit to the decision told.</summary>
/// <param name="Topology">The threads; null for the synchronous wall on the submitting thread.</param>
/// <param name="Wait">How stages wait.</param>
/// <param name="HasLedger">Whether it keeps a ledger.</param>
/// <param name="Producers">Submitting threads.</param>
/// <param name="Rules">Rules behind the seed policies.</param>
/// <param name="IsPinned">Whether stage threads are pinned to cores even where there are too few for that to happen by itself.</param>
/// <param name="IsFresh">Whether its ledger's segments are made anew, and not of old ones.</param>
internal sealed record WallLayout(Topology? Topology, WaitMode Wait, bool HasLedger, int Producers = 1, int Rules = 0, bool IsPinned = false, bool IsFresh = false)
{
    /// <summary>Its threads, for the reader.</summary>
    public string Threads => (Topology is { } topology ? $"{topology}" : "Wall, no threads") + (IsPinned ? ", pinned" : "");

    public string Name => Threads
        + (Wait == WaitMode.Balanced ? "" : $" ({Wait})")
        + (Producers == 1 ? "" : $", {Producers} producers")
        + (Rules == 0 ? "" : $", {Rules} rules")
        + (IsFresh ? ", new segments" : "");

    /// <summary>The tiers that a run of it gives.</summary>
    public IEnumerable<string> OwnTiers => !HasLedger ? [Tiers.Off] : Tiers.All.Where(tier => tier != Tiers.Off && (Topology is not null || tier != Tiers.Durable));

    /// <summary>What the pipeline is opened with.</summary>
    public PipelineOptions Pipeline(Topology topology) => new() { Topology = topology, Wait = Wait, Pin = IsPinned ? true : null };

    /// <summary>The series of a tier.</summary>
    public string Series(string tier) => $"{Name}: {tier}";
}

/// <summary>What a run's time is taken until.</summary>
internal static class Tiers
{
    /// <summary>Every decision is told; no ledger.</summary>
    public const string Off = "ledger off";

    /// <summary>Every decision is told, its entry appended; checkpoints are signed meanwhile at the default cadence.</summary>
    public const string Appended = "Appended";

    /// <summary>Every entry is on disk.</summary>
    public const string Durable = "Durable";

    /// <summary>Every entry is under a durable signed checkpoint.</summary>
    public const string Signed = "Signed";

    /// <summary>In the order in which a decision reaches them.</summary>
    public static IReadOnlyList<string> All { get; } = [Off, Appended, Durable, Signed];
}
