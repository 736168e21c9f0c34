using System.Globalization;

namespace Floodwall.Load.Scenarios.Peers.Assembly;

/// <summary>What of the assembled wall is found out by trying, as whoever assembles it with care would.</summary>
/// <param name="Batch">The most intents that are judged by priority, and handed to the operating system, together.</param>
/// <param name="BufferBytes">The log's buffer; where it is full its records are written, batch or no batch.</param>
internal sealed record AssembledTuning(int Batch, int BufferBytes)
{
    /// <summary>What it has where nothing is tried.</summary>
    public static AssembledTuning Default { get; } = new(256, 256 * 1024);

    /// <summary>What is tried: batches whose records take 16 to 256 KiB, in a buffer that holds fewer, as many or more.</summary>
    public static IReadOnlyList<AssembledTuning> All { get; } =
        [.. ((int[])[256, 1024, 4096]).SelectMany(batch => ((int[])[64, 256]).Select(kilobytes => new AssembledTuning(batch, kilobytes * 1024)))];

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"batches of {Batch}, a buffer of {BufferBytes / 1024} KiB");
}
