using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Floodwall.Crypto;

/// <summary>The eight working words of SHA-256 as numbers of the machine (FIPS 180-4 section 6.2).</summary>
[InlineArray(8)]
internal struct Sha256State
{
    private uint _word0;

    /// <summary>The initial state of FIPS 180-4 section 5.3.3.</summary>
    public static Sha256State Initial
    {
        get
        {
            Unsafe.SkipInit(out Sha256State state);
            Sha256Constants.InitialState.CopyTo(state);
            return state;
        }
    }

    /// <summary>The digest that this state stands for: each word big-endian.</summary>
    public readonly Hash256 ToHash()
    {
        Unsafe.SkipInit(out Sha256State wire);
        if (BitConverter.IsLittleEndian)
        {
            BinaryPrimitives.ReverseEndianness((ReadOnlySpan<uint>)this, wire);
        }
        else
        {
            wire = this;
        }

        return MemoryMarshal.Read<Hash256>(MemoryMarshal.AsBytes((ReadOnlySpan<uint>)wire));
    }
}

/// <summary>One way to compute the SHA-256 compression function over whole blocks, one message at a time.</summary>
internal interface ISha256Compressor
{
    /// <summary>Folds <paramref name="blocks"/> (a multiple of 64 bytes) into <paramref name="state"/>.</summary>
    static abstract void Compress(ref Sha256State state, ReadOnlySpan<byte> blocks);
}
