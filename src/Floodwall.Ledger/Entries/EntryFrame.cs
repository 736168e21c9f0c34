using System.Buffers.Binary;

namespace Floodwall.Ledger;

/// <summary>
/// The bytes in front of every payload: <c>uint16 BE length ‖ kind ‖ uint48 LE index</c>, where the length counts kind, index and
/// payload (the leaf), as in a C2SP tlog-tiles entry bundle.
/// </summary>
internal static class EntryFrame
{
    /// <summary>Length, kind and index.</summary>
    public const int HeaderBytes = LedgerLimits.LengthPrefixBytes + LedgerLimits.EntryHeaderBytes;

    private const int IndexShift = 8;

    /// <summary>
    /// Kind and index as one little-endian word. Its eighth byte is zero: it falls on the payload, which is written later, or behind
    /// an empty one, where zero belongs.
    /// </summary>
    public static ulong HeaderWord(byte kind, ulong index) => kind | (index << IndexShift);

    /// <summary>The index that an entry states; the entry must be at least seven bytes long.</summary>
    public static ulong ReadIndex(ReadOnlySpan<byte> entry) =>
        BinaryPrimitives.ReadUInt32LittleEndian(entry[1..]) | ((ulong)BinaryPrimitives.ReadUInt16LittleEndian(entry[5..]) << 32);
}
