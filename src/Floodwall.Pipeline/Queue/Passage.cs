namespace Floodwall.Pipeline;

/// <summary>How a decided intent came past admission and the queue. A replay needs it to give every token and release its place.</summary>
public enum Passage : byte
{
    /// <summary>Straight through: nothing waited when it came.</summary>
    Straight = 0,

    /// <summary>It waited, and the clock released it.</summary>
    Released = 1,

    /// <summary>It waited, and the queue was drained; that costs no tick's share.</summary>
    Drained = 2,

    /// <summary>A stage failed on it before admission: no token was taken.</summary>
    NotAdmitted = 3,
}

/// <summary>An intent's way through the intake.</summary>
internal readonly struct Passing
{
    /// <summary>The wall's clock when it was admitted.</summary>
    public ulong AdmittedTick { get; init; }

    /// <summary>The wall's clock now that it goes on to the gate.</summary>
    public ulong Now { get; init; }

    /// <summary>The caller that waits for it; 0 for none.</summary>
    public uint Ticket { get; init; }

    /// <summary>How it came.</summary>
    public Passage Passage { get; init; }

    /// <summary>
    /// What is left of the tick's share behind it, where that does not follow from the releases of the tick: the clock went on by
    /// several ticks at once and the queue ran empty.
    /// </summary>
    public uint? ReleasesLeft { get; init; }

    /// <summary>The way of an intent on which a stage failed before admission.</summary>
    public static Passing NotAdmitted(ulong now, uint ticket) =>
        new() { AdmittedTick = now, Now = now, Ticket = ticket, Passage = Passage.NotAdmitted };
}
