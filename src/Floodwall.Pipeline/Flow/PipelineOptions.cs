using System.Numerics;

namespace Floodwall.Pipeline;

/// <summary>How a stage waits for work.</summary>
public enum WaitMode
{
    /// <summary>
    /// Spins, yields, then sleeps a millisecond at a time: low latency under load, a percent or two of a core when idle, and up
    /// to some milliseconds until the first intent after a pause is seen. With <see cref="Topology.Direct"/>, where few intents go
    /// through the ring, its thread sleeps until it is woken. The default.
    /// </summary>
    Balanced = 0,

    /// <summary>Spins and yields without ever sleeping: the lowest latency, and a core per thread even when idle.</summary>
    LowLatency = 1,

    /// <summary>Blocks on a lock: the least CPU, the highest latency.</summary>
    Blocking = 2,
}

/// <summary>How a <see cref="FloodwallPipeline"/> is laid over threads.</summary>
public sealed class PipelineOptions
{
    /// <summary>The stages' layout.</summary>
    public Topology Topology { get; init; }

    /// <summary>How stages wait.</summary>
    public WaitMode Wait { get; init; }

    /// <summary>
    /// Whether stage threads are pinned to cores of their own; null pins when the process may use two cores more than the
    /// topology has threads, for producers and for the threads that sync and prepare, and no quota takes cores away. Two walls on one
    /// machine should be given <see cref="Cores"/>, since each would choose the same. With <see cref="Topology.Direct"/> nothing is pinned:
    /// the stages run in the submitters' threads.
    /// </summary>
    public bool? Pin { get; init; }

    /// <summary>
    /// The cores for the stage threads, front to back; null to choose. Named cores are pinned to whatever <see cref="Pin"/> says, but not
    /// with <see cref="Topology.Direct"/>.
    /// </summary>
    public IReadOnlyList<int>? Cores { get; init; }

    /// <summary>
    /// The core for the threads beside the stages, which hash, sync, sign and prepare segments; null for the last one with
    /// <see cref="Topology.Direct"/>, unless <see cref="Pin"/> is false, <see cref="Wait"/> is <see cref="WaitMode.LowLatency"/>, this
    /// process may use one core only, or a quota takes cores away; and otherwise for wherever the system puts them.
    /// </summary>
    public int? BackgroundCore { get; init; }

    /// <summary>
    /// Slots of the ingress ring, 192 bytes each: a power of two, 64 to 2^22. The default holds more than a millisecond of ten million
    /// intents a second, the time for which a stage in <see cref="WaitMode.Balanced"/> may sleep.
    /// </summary>
    public int IngressSlots { get; init; } = 16_384;

    /// <summary>Slots of the decision ring, as for <see cref="IngressSlots"/>.</summary>
    public int DecisionSlots { get; init; } = 16_384;

    /// <summary>
    /// The most intents at once whose callers wait in <see cref="FloodwallPipeline.SubmitAsync"/>, those who stopped waiting included: 1
    /// to 2^22. Where so many are on their way, what comes is refused as <see cref="RefusalKind.Backpressure"/>. A place whose decision is
    /// there, but that nobody awaited, is given to somebody else when it is needed.
    /// </summary>
    public int MaxPending { get; init; } = 65_536;

    /// <exception cref="ArgumentOutOfRangeException">A value is out of range; the message names it.</exception>
    internal void Validate()
    {
        RequireSlots(IngressSlots, nameof(IngressSlots));
        RequireSlots(DecisionSlots, nameof(DecisionSlots));
        if (MaxPending is < 1 or > 1 << 22)
        {
            throw new ArgumentOutOfRangeException(nameof(MaxPending), MaxPending, "Expected 1 to 2^22 callers.");
        }

        if (Cores is { Count: 0 } || Cores?.Any(core => core < 0) == true)
        {
            throw new ArgumentOutOfRangeException(nameof(Cores), string.Join(',', Cores), "Expected one or more core numbers of at least 0.");
        }

        if (BackgroundCore < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(BackgroundCore), BackgroundCore, "Expected a core number of at least 0.");
        }

        if (!Enum.IsDefined(Topology) || !Enum.IsDefined(Wait))
        {
            throw new ArgumentOutOfRangeException(nameof(Topology), $"{Topology}, {Wait}", "Expected a named topology and wait mode.");
        }
    }

    private static void RequireSlots(int slots, string name)
    {
        if (slots is < 64 or > 1 << 22 || !BitOperations.IsPow2(slots))
        {
            throw new ArgumentOutOfRangeException(name, slots, "Expected a power of two from 64 to 2^22 slots.");
        }
    }
}
