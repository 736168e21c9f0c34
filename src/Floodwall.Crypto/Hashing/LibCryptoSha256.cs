using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Floodwall.Crypto.Interop;

namespace Floodwall.Crypto;

/// <summary>
/// SHA-256 compression by libcrypto's <c>SHA256_Transform</c>, which uses the CPU's SHA instructions.
/// The call takes well under a microsecond and never blocks, so it runs without a GC transition.
/// </summary>
internal unsafe partial struct LibCryptoSha256 : ISha256Compressor
{
    /// <summary>Whether the library was found and gives the right digest for a known message.</summary>
    public static readonly bool IsSupported = LibCrypto.HasExport("SHA256_Transform") && Sha256.SelfTest<LibCryptoSha256>();

    /// <inheritdoc/>
    [SkipLocalsInit]
    public static void Compress(ref Sha256State state, ReadOnlySpan<byte> blocks)
    {
        // SHA256_CTX begins with the eight state words and SHA256_Transform touches no other field; the rest is there
        // so that the library never sees a structure shorter than its own.
        Context context;
        context.State = state;
        fixed (byte* start = blocks)
        {
            for (int at = 0; at + Sha256Constants.BlockSize <= blocks.Length; at += Sha256Constants.BlockSize)
            {
                Transform(&context, start + at);
            }
        }

        state = context.State;
    }

    [LibraryImport(LibCrypto.Name, EntryPoint = "SHA256_Transform")]
    [SuppressGCTransition]
    private static partial void Transform(Context* context, byte* block);

    /// <summary>SHA256_CTX of openssl/sha.h: h[8], Nl, Nh, data[16], num, md_len; 112 bytes.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Context
    {
        public Sha256State State;
        public Rest Unused;
    }

    [InlineArray(20)]
    private struct Rest
    {
        private uint _word0;
    }
}
