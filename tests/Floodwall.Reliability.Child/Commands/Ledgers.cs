using Floodwall.Crypto;
using Floodwall.Ledger;

namespace Floodwall.Reliability.Child.Commands;

/// <summary>The ledgers and keys that child and tests agree on.</summary>
public static class Ledgers
{
    /// <summary>The key of every ledger that the tests let the child write.</summary>
    public static Ed25519Signer Signer { get; } = Ed25519Signer.FromSeed("example.org/child", [.. Enumerable.Range(51, 32).Select(i => (byte)i)]);

    /// <summary>The smallest segments, so that they roll soon, made of old ones where <see cref="OldSegments"/> holds some.</summary>
    public static LedgerOptions Options(string directory) =>
        new() { Directory = directory, SegmentBytes = LedgerLimits.MinSegmentBytes, RecycleDirectory = OldSegments(directory) };

    /// <summary>The folder of old segments that goes with a ledger's.</summary>
    public static string OldSegments(string directory) => directory + ".old";

    /// <summary>Unbuffered lines, each written by one call, so that a killed process leaves at most one line broken: the last.</summary>
    public static StreamWriter Lines()
    {
        return new StreamWriter(Console.OpenStandardOutput(), bufferSize: 4096) { AutoFlush = true };
    }
}
