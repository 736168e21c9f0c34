using System.Buffers.Binary;
using Floodwall.Crypto;

namespace Floodwall.Ledger;

/// <summary>
/// The first 64 bytes of a segment file: <c>"FWLEDGR1" ‖ uint32 LE version ‖ uint32 LE segment number ‖ uint64 LE index of the first
/// entry ‖ uint64 zero ‖ SHA-256 of the 32 bytes before</c>.
/// </summary>
internal readonly record struct SegmentHeader(uint Number, ulong FirstIndex)
{
    private const int DigestOffset = 32;

    private static ReadOnlySpan<byte> Magic => "FWLEDGR1"u8;

    public void Encode(Span<byte> destination)
    {
        Magic.CopyTo(destination);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[8..], LedgerLimits.FormatVersion);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[12..], Number);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[16..], FirstIndex);
        destination[24..DigestOffset].Clear();
        Sha256.Hash(destination[..DigestOffset]).CopyTo(destination[DigestOffset..]);
    }

    /// <summary>Reads a header; null where it is whole, else what is wrong with it.</summary>
    public static string? Decode(ReadOnlySpan<byte> source, out SegmentHeader header)
    {
        header = default;
        if (source.Length < LedgerLimits.SegmentHeaderBytes)
        {
            return $"the segment file has {source.Length} bytes; its header alone takes {LedgerLimits.SegmentHeaderBytes}";
        }

        if (!source.StartsWith(Magic))
        {
            return "the segment header does not begin with FWLEDGR1";
        }

        if (Sha256.Hash(source[..DigestOffset]) != Hash256.Read(source[DigestOffset..]))
        {
            return "the segment header does not match its own digest";
        }

        uint version = BinaryPrimitives.ReadUInt32LittleEndian(source[8..]);
        if (version != LedgerLimits.FormatVersion)
        {
            return $"the segment header states format version {version}; this reader knows {LedgerLimits.FormatVersion}";
        }

        if (BinaryPrimitives.ReadUInt64LittleEndian(source[24..]) != 0)
        {
            return "the reserved bytes of the segment header are not zero";
        }

        header = new SegmentHeader(
            BinaryPrimitives.ReadUInt32LittleEndian(source[12..]), BinaryPrimitives.ReadUInt64LittleEndian(source[16..]));
        return null;
    }
}
