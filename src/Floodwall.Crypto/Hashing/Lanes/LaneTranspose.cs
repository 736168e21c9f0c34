using System.Buffers.Binary;

namespace Floodwall.Crypto;

/// <summary>Moves words between messages one behind the other and lanes side by side, element by element; any lane count.</summary>
internal static unsafe class LaneTranspose
{
    /// <inheritdoc cref="ILaneOps{TVector}.LoadWords"/>
    public static void LoadWords(byte* blocks, uint* words, int lanes)
    {
        for (int lane = 0; lane < lanes; lane++)
        {
            uint* block = (uint*)(blocks + (lane * Sha256Constants.BlockSize));
            for (int word = 0; word < 16; word++)
            {
                words[(word * lanes) + lane] = BigEndian(block[word]);
            }
        }
    }

    /// <inheritdoc cref="ILaneOps{TVector}.StoreHashes"/>
    public static void StoreHashes(uint* state, byte* hashes, int lanes)
    {
        for (int lane = 0; lane < lanes; lane++)
        {
            uint* hash = (uint*)(hashes + (lane * Hash256.Size));
            for (int word = 0; word < 8; word++)
            {
                hash[word] = BigEndian(state[(word * lanes) + lane]);
            }
        }
    }

    private static uint BigEndian(uint word) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(word) : word;
}
