using System.Numerics;

namespace Disruptor;

/// <summary>Checks at the edge, kept out of the inlined paths.</summary>
internal static class SequencerArguments
{
    public static int CheckedBufferSize(int bufferSize)
    {
        if (bufferSize < 1)
        {
            throw new ArgumentException($"The ring size must be at least 1 but is {bufferSize}.", nameof(bufferSize));
        }

        if (!BitOperations.IsPow2(bufferSize))
        {
            throw new ArgumentException($"The ring size must be a power of two but is {bufferSize}.", nameof(bufferSize));
        }

        return bufferSize;
    }

    public static void ThrowClaimOutOfRange(int n, int bufferSize) =>
        throw new ArgumentException($"A claim must be for 1 to {bufferSize} slots (the ring size) but is for {n}.", nameof(n));
}
