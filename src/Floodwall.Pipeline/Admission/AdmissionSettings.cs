using System.Globalization;

namespace Floodwall.Pipeline;

/// <summary>
/// Admission's bounds, checked once. Tokens are fixed-point millionths from here on: no floating point behind this edge.
/// </summary>
public sealed class AdmissionSettings
{
    /// <summary>Units in one token.</summary>
    public const long TokenScale = 1_000_000;

    /// <summary>The largest burst or refill, in tokens.</summary>
    public const double MaxTokens = 1e12;

    /// <param name="burst">Tokens a bucket holds, and starts with: 1 to 1e12.</param>
    /// <param name="refillPerTick">Tokens a bucket gains per tick: 0 to 1e12; at least 0.000001 unless 0.</param>
    /// <param name="queueCapacity">The most intents queued at once: 1 to 2^24.</param>
    /// <param name="releasePerTick">
    /// Intents that may leave the queue per tick, the rate production sustains; null for no bound, and then an intent passes
    /// straight through; 0 holds everything until drained.
    /// </param>
    /// <param name="maxAgents">The most agents known at once: 1 to 2^28.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range; the message names it.</exception>
    public AdmissionSettings(
        double burst = 64,
        double refillPerTick = 1,
        int queueCapacity = 65_536,
        uint? releasePerTick = null,
        int maxAgents = 1 << 20)
    {
        BurstUnits = Units(burst, 1, nameof(burst));
        RefillUnits = Units(refillPerTick, 0, nameof(refillPerTick));
        if (refillPerTick > 0 && RefillUnits == 0)
        {
            throw OutOfRange(nameof(refillPerTick), refillPerTick, $"0, or at least {1m / TokenScale} token a tick");
        }

        QueueCapacity = Within(queueCapacity, 1, 1 << 24, nameof(queueCapacity));
        MaxAgents = Within(maxAgents, 1, 1 << 28, nameof(maxAgents));
        ReleasePerTick = releasePerTick;
    }

    /// <summary>No agent is ever short of tokens, and the queue passes everything straight through.</summary>
    public static AdmissionSettings Unlimited { get; } = new(burst: MaxTokens, refillPerTick: MaxTokens);

    /// <summary>A bucket's size in millionths of a token.</summary>
    public long BurstUnits { get; }

    /// <summary>A bucket's gain per tick in millionths of a token.</summary>
    public long RefillUnits { get; }

    /// <summary>The most intents queued at once.</summary>
    public int QueueCapacity { get; }

    /// <summary>Intents that may leave the queue per tick; null for no bound.</summary>
    public uint? ReleasePerTick { get; }

    /// <summary>The most agents known at once.</summary>
    public int MaxAgents { get; }

    private static long Units(double value, double least, string name)
    {
        // Written so that NaN fails it.
        if (!(value >= least && value <= MaxTokens))
        {
            throw OutOfRange(name, value, $"{least} to {MaxTokens.ToString("0e0", CultureInfo.InvariantCulture)}, finite");
        }

        return (long)Math.Round(value * TokenScale);
    }

    private static int Within(int value, int least, int most, string name) =>
        value >= least && value <= most ? value : throw OutOfRange(name, value, $"{least} to {most}");

    private static ArgumentOutOfRangeException OutOfRange(string name, double value, string expected) =>
        new(name, value, $"{name} is {value.ToString(CultureInfo.InvariantCulture)}, expected {expected}.");
}
