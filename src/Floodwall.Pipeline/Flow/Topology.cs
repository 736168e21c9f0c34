namespace Floodwall.Pipeline;

/// <summary>How the stages are laid over threads. Each gives the same decisions and the same ledger bytes.</summary>
public enum Topology
{
    /// <summary>Chosen by the number of cores this process may use; see <see cref="Topologies.Default"/>.</summary>
    Auto = 0,

    /// <summary>One thread runs every stage to completion. Best where producers need the other cores.</summary>
    Fused = 1,

    /// <summary>Two threads: admission and gate; ledger.</summary>
    Paired = 2,

    /// <summary>Three threads: admission; gate; ledger.</summary>
    Split = 3,

    /// <summary>
    /// A submitter that has the wall to itself runs every stage to completion in its own thread, policies and the decision handler
    /// among them; what others submit meanwhile goes through the ring to one thread, as in <see cref="Fused"/>. Best where a core is
    /// all there is beside the ledger's helpers, or where one thread submits nearly everything.
    /// </summary>
    Direct = 4,
}

/// <summary>Facts about topologies.</summary>
public static class Topologies
{
    /// <summary>
    /// The measured default: a thread hop costs more than admission and gate together, so stages share a thread, if it can be the
    /// submitter's own, until there are cores to spare beside the producers' (perf-reports/).
    /// </summary>
    /// <param name="cores">Cores this process may use.</param>
    public static Topology Default(int cores) => cores switch
    {
        <= 2 => Topology.Direct,
        3 => Topology.Paired,
        _ => Topology.Split,
    };

    /// <summary>Threads that a topology runs, not counting the checkpoint thread, which sleeps between checkpoints.</summary>
    public static int Threads(Topology topology) => topology switch
    {
        Topology.Fused or Topology.Direct => 1,
        Topology.Paired => 2,
        Topology.Split => 3,
        _ => throw new ArgumentOutOfRangeException(nameof(topology), topology, "Expected Fused, Paired, Split or Direct."),
    };
}
