using Floodwall.Pipeline;

namespace Floodwall.Load.Scenarios.EndToEnd;

/// <summary>One way to run the wall, from submit to the decision told.</summary>
/// <param name="Topology">The threads; null for the synchronous wall on the submitting thread.</param>
/// <param name="Wait">How stages wait.</param>
/// <param name="HasLedger">Whether it keeps a ledger.</param>
/// <param name="Producers">Submitting threads.</param>
/// <param name="Rules">Rules behind the seed policies.</param>
internal sealed record WallLayout(Topology? Topology, WaitMode Wait, bool HasLedger, int Producers = 1, int Rules = 0)
{
    public string Name => (Topology is { } topology ? $"{topology}" : "Wall, no threads")
        + (Wait == WaitMode.Balanced ? "" : $" ({Wait})")
        + (Producers == 1 ? "" : $", {Producers} producers")
        + (Rules == 0 ? "" : $", {Rules} rules");

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
