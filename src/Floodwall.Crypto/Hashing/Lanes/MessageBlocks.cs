using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.Intrinsics;

namespace Floodwall.Crypto;

/// <summary>Where a message lies in a buffer.</summary>
/// <param name="Offset">First byte.</param>
/// <param name="Length">Length in bytes.</param>
internal readonly record struct MessageFrame(int Offset, int Length);

/// <summary>Lays messages out as padded 64-byte blocks (FIPS 180-4 section 5.1.1), optionally behind a zero byte (RFC 6962's leaf prefix).</summary>
internal static unsafe class MessageBlocks
{
    /// <summary>The longest entry whose leaf hash takes one block.</summary>
    public const int MaxShortLeaf = Sha256Constants.BlockSize - Sha256Constants.MinPadding - 1;

    /// <summary>Bytes that <see cref="FillTables"/> writes: a mask and a padding block for each length of a short leaf.</summary>
    public const int TableSize = (MaxShortLeaf + 1) * 2 * Sha256Constants.BlockSize;

    /// <summary>Blocks that a message takes.</summary>
    public static int Count(int prefix, int length) =>
        (prefix + length + Sha256Constants.MinPadding + Sha256Constants.BlockSize - 1) / Sha256Constants.BlockSize;

    /// <summary>Whether a buffer holds all of the messages, and a byte before each where one is read there; for assertions.</summary>
    public static bool AreInside(MessageFrame* frames, int count, int size, int prefix)
    {
        for (int i = 0; i < count; i++)
        {
            if (frames[i].Offset < prefix || frames[i].Length < 0 || frames[i].Offset > size - frames[i].Length)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Writes block number <paramref name="block"/> of a message.</summary>
    /// <param name="data">The buffer that <paramref name="frame"/> speaks of.</param>
    /// <param name="frame">The message without its prefix.</param>
    /// <param name="prefix">1 where a zero byte goes before the message, else 0.</param>
    /// <param name="block">From 0; below <see cref="Count"/>.</param>
    /// <param name="row">Receives 64 bytes.</param>
    public static void Write(byte* data, MessageFrame frame, int prefix, int block, byte* row)
    {
        Debug.Assert(prefix is 0 or 1 && frame.Length >= 0, "not a message");
        Debug.Assert((uint)block < (uint)Count(prefix, frame.Length), "the message has no such block");
        Span<byte> to = new(row, Sha256Constants.BlockSize);
        to.Clear();
        int length = prefix + frame.Length;
        int start = block * Sha256Constants.BlockSize;
        int skip = start == 0 ? prefix : 0;
        int from = start + skip - prefix;
        int take = Math.Min(Sha256Constants.BlockSize - skip, frame.Length - from);
        if (take > 0)
        {
            new ReadOnlySpan<byte>(data + frame.Offset + from, take).CopyTo(to[skip..]);
        }

        if (length / Sha256Constants.BlockSize == block)
        {
            to[length - start] = 0x80;
        }

        if (Count(prefix, frame.Length) == block + 1)
        {
            BinaryPrimitives.WriteUInt64BigEndian(to[^8..], (ulong)length * 8);
        }
    }

    /// <summary>Fills the tables for <see cref="WriteShortLeaf"/>.</summary>
    public static void FillTables(byte* tables)
    {
        byte* none = stackalloc byte[MaxShortLeaf];
        new Span<byte>(none, MaxShortLeaf).Clear();
        new Span<byte>(tables, TableSize).Clear();
        for (int length = 0; length <= MaxShortLeaf; length++)
        {
            byte* mask = tables + (length * 2 * Sha256Constants.BlockSize);
            new Span<byte>(mask + 1, length).Fill(0xFF);
            Write(none, new MessageFrame(0, length), 1, 0, mask + Sha256Constants.BlockSize);
        }
    }

    /// <summary>
    /// Writes the one block of a leaf of at most <see cref="MaxShortLeaf"/> bytes without branches: 64 bytes are read from one
    /// before the entry (so that the prefix has its place), foreign bytes masked out and the padding put in.
    /// </summary>
    /// <param name="entry">The entry; the byte before it and the 63 from its start on must be readable.</param>
    /// <param name="length">Length of the entry.</param>
    /// <param name="tables">What <see cref="FillTables"/> wrote.</param>
    /// <param name="row">Receives 64 bytes; aligned to 64.</param>
    public static void WriteShortLeaf(byte* entry, int length, byte* tables, byte* row)
    {
        Debug.Assert((uint)length <= MaxShortLeaf, "the tables end at the longest leaf of one block");
        Debug.Assert((((nint)tables | (nint)row) & (Sha256Constants.BlockSize - 1)) == 0, "loaded and stored as whole cache lines");
        byte* mask = tables + (length * 2 * Sha256Constants.BlockSize);
        ((Vector512.Load(entry - 1) & Vector512.LoadAligned(mask)) | Vector512.LoadAligned(mask + Sha256Constants.BlockSize)).StoreAligned(row);
    }
}
