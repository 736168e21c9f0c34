using System.Buffers;
using System.Buffers.Binary;
using Floodwall.Crypto;

namespace Floodwall.Ledger;

/// <summary>
/// The file <c>pruned</c>: <c>"FWPRUNE1" ‖ uint32 LE version ‖ uint32 LE first segment ‖ uint64 LE entries ‖ items ‖ SHA-256 of all
/// before</c>. An item is <c>0x00 ‖ uint8 height ‖ 32 bytes root</c> for a subtree, <c>0x01 ‖ uint16 BE length ‖ entry</c> for an
/// entry that was kept. The digest finds accidents; what somebody forges, the signed root finds.
/// </summary>
internal static class PrunedFile
{
    /// <summary>The longest file: 64 MiB.</summary>
    public const int MaxBytes = 64 << 20;

    /// <summary>Bytes around the items.</summary>
    public const int FrameBytes = HeaderBytes + Hash256.Size;

    private const int HeaderBytes = 24;
    private const byte SubtreeTag = 0x00;
    private const byte EntryTag = 0x01;
    private const int SubtreeBytes = 2 + Hash256.Size;
    private const int EntryHead = 3;

    private static ReadOnlySpan<byte> Magic => "FWPRUNE1"u8;

    /// <summary>Reads the file; false where there is none. A file that cannot be used gives a problem and no prefix.</summary>
    /// <exception cref="IOException">It could not be read.</exception>
    public static bool TryRead(ILedgerFiles files, LedgerPaths paths, out PrunedPrefix? prefix, out string? problem)
    {
        prefix = null;
        problem = null;
        byte[]? bytes;
        try
        {
            bytes = files.ReadSmallFile(paths.Pruned, MaxBytes);
        }
        catch (InvalidDataException tooLong)
        {
            problem = tooLong.Message;
            return true;
        }

        if (bytes is null)
        {
            return false;
        }

        problem = TryDecode(bytes, out prefix) is string wrong ? $"{paths.Pruned}: {wrong}" : null;
        return true;
    }

    /// <summary>Reads the bytes of a file; null where they are sound, else what is wrong.</summary>
    public static string? TryDecode(ReadOnlySpan<byte> bytes, out PrunedPrefix? prefix)
    {
        prefix = null;
        if (bytes.Length < HeaderBytes + Hash256.Size || !bytes.StartsWith(Magic))
        {
            return "it does not begin with FWPRUNE1, or is too short";
        }

        ReadOnlySpan<byte> body = bytes[..^Hash256.Size];
        if (Sha256.Hash(body) != Hash256.Read(bytes[^Hash256.Size..]))
        {
            return "it does not match its own digest";
        }

        uint version = BinaryPrimitives.ReadUInt32LittleEndian(body[8..]);
        if (version != LedgerLimits.FormatVersion)
        {
            return $"it states format version {version}; this reader knows {LedgerLimits.FormatVersion}";
        }

        List<PrunedItem> items = [];
        for (ReadOnlySpan<byte> rest = body[HeaderBytes..]; !rest.IsEmpty;)
        {
            int taken = TakeItem(rest, items);
            if (taken == 0)
            {
                return $"its item {items.Count} is malformed";
            }

            rest = rest[taken..];
        }

        return PrunedPrefix.TryBuild(
            BinaryPrimitives.ReadUInt32LittleEndian(body[12..]), BinaryPrimitives.ReadUInt64LittleEndian(body[16..]), items, out prefix);
    }

    /// <summary>The bytes of the file.</summary>
    public static byte[] Encode(PrunedPrefix prefix)
    {
        ArrayBufferWriter<byte> writer = new(HeaderBytes + Hash256.Size + (prefix.Items.Count * (SubtreeBytes + EntryHead)));
        Span<byte> header = writer.GetSpan(HeaderBytes)[..HeaderBytes];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], LedgerLimits.FormatVersion);
        BinaryPrimitives.WriteUInt32LittleEndian(header[12..], prefix.FirstSegment);
        BinaryPrimitives.WriteUInt64LittleEndian(header[16..], prefix.Size);
        writer.Advance(HeaderBytes);
        foreach (PrunedItem item in prefix.Items)
        {
            Write(writer, item);
        }

        Hash256 digest = Sha256.Hash(writer.WrittenSpan);
        digest.CopyTo(writer.GetSpan(Hash256.Size));
        writer.Advance(Hash256.Size);
        return writer.WrittenSpan.ToArray();
    }

    /// <summary>Bytes that an item takes in the file.</summary>
    public static int SizeOf(PrunedItem item) => item.Entry is { } entry ? EntryHead + entry.Length : SubtreeBytes;

    private static int TakeItem(ReadOnlySpan<byte> rest, List<PrunedItem> items)
    {
        if (rest[0] == SubtreeTag && rest.Length >= SubtreeBytes && rest[1] < MerkleFrontier.MaxPeaks - 1)
        {
            items.Add(new PrunedItem(new FoldedSubtree(rest[1], Hash256.Read(rest[2..])), null));
            return SubtreeBytes;
        }

        if (rest[0] != EntryTag || rest.Length < EntryHead)
        {
            return 0;
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(rest[1..]);
        if (length is < LedgerLimits.EntryHeaderBytes or > LedgerLimits.MaxEntryBytes || rest.Length < EntryHead + length)
        {
            return 0;
        }

        items.Add(new PrunedItem(default, rest.Slice(EntryHead, length).ToArray()));
        return EntryHead + length;
    }

    private static void Write(ArrayBufferWriter<byte> writer, PrunedItem item)
    {
        if (item.Entry is { } entry)
        {
            Span<byte> to = writer.GetSpan(EntryHead + entry.Length);
            to[0] = EntryTag;
            BinaryPrimitives.WriteUInt16BigEndian(to[1..], (ushort)entry.Length);
            entry.CopyTo(to[EntryHead..]);
            writer.Advance(EntryHead + entry.Length);
            return;
        }

        Span<byte> node = writer.GetSpan(SubtreeBytes);
        node[0] = SubtreeTag;
        node[1] = (byte)item.Subtree.Height;
        item.Subtree.Root.CopyTo(node[2..]);
        writer.Advance(SubtreeBytes);
    }
}
