using System.Buffers.Binary;
using Floodwall.Crypto;

namespace Floodwall.Ledger;

/// <summary>
/// Payload of the first entry of bundle n ≥ 1: <c>uint64 LE n ‖ chain digest of bundle n−1</c>. The chain digest of a full bundle is
/// the RFC 6962 root of its 256 leaves. As leaf 0 of bundle n states the digest of bundle n−1, whose leaf 0 states that of n−2, each
/// digest depends on every entry before it.
/// </summary>
/// <param name="Bundle">Number of the bundle that the link opens, 1 or more.</param>
/// <param name="PreviousDigest">Chain digest of the bundle before.</param>
public readonly record struct LinkEntry(ulong Bundle, Hash256 PreviousDigest)
{
    /// <summary>Length of the payload.</summary>
    public const int PayloadBytes = DigestOffset + Hash256.Size;

    /// <summary>Where the digest begins in the payload.</summary>
    internal const int DigestOffset = 8;

    /// <summary>Writes the payload.</summary>
    /// <exception cref="ArgumentException"><paramref name="payload"/> is shorter than <see cref="PayloadBytes"/>.</exception>
    public void Encode(Span<byte> payload)
    {
        PreviousDigest.CopyTo(payload[DigestOffset..]);
        BinaryPrimitives.WriteUInt64LittleEndian(payload, Bundle);
    }

    /// <summary>
    /// Whether a link states a digest in part or not at all: each of its bytes is zero or right, and some are not right. That is how the end
    /// of a process, a copy made meanwhile, or a page that did not reach the disk leaves a link whose digest was still to be filled in.
    /// </summary>
    internal bool IsOpenFor(in Hash256 due)
    {
        Span<byte> stated = stackalloc byte[Hash256.Size];
        Span<byte> right = stackalloc byte[Hash256.Size];
        PreviousDigest.CopyTo(stated);
        due.CopyTo(right);
        bool open = false;
        for (int at = 0; at < Hash256.Size; at++)
        {
            if (stated[at] != right[at])
            {
                if (stated[at] != 0)
                {
                    return false;
                }

                open = true;
            }
        }

        return open;
    }

    /// <summary>Reads a payload; false where its length is wrong.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> payload, out LinkEntry link)
    {
        if (payload.Length != PayloadBytes)
        {
            link = default;
            return false;
        }

        link = new LinkEntry(BinaryPrimitives.ReadUInt64LittleEndian(payload), Hash256.Read(payload[DigestOffset..]));
        return true;
    }
}
