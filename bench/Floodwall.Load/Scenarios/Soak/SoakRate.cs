using Floodwall.Load.Reporting;

namespace Floodwall.Load.Scenarios.Soak;

/// <summary>The soak's rate: half of what the wall takes, or what the disk has room for over its length.</summary>
internal static class SoakRate
{
    /// <summary>What its ledger takes at most, on a disk of any size.</summary>
    public const long MostBytes = 12L << 30;

    /// <summary>What an intent takes of it, with links, names and long entries.</summary>
    public const double BytesPerIntent = 62;

    /// <param name="maximum">Intents a second that the wall takes at most.</param>
    /// <param name="seconds">Its length.</param>
    /// <param name="freeBytes">Room on the disk; a third of it may be used, and no more than <see cref="MostBytes"/>.</param>
    /// <returns>Intents a second, and why they are fewer than half of the maximum; null where they are not.</returns>
    public static (long PerSecond, string? Lowered) Choose(double maximum, double seconds, long freeBytes)
    {
        double half = maximum / 2;
        double room = Math.Min(MostBytes, freeBytes / 3.0);
        double fits = room / (BytesPerIntent * seconds);
        return fits < half
            ? (Math.Max(1000, (long)fits), $"The rate was lowered from half the maximum, {Figures.Rate(half)} intents/s, to {Figures.Rate(fits)}, so that the ledger stays within {room / (1L << 30):0.#} GiB.")
            : ((long)half, null);
    }
}
