using System.Buffers.Binary;
using System.Text;

namespace Floodwall.Ledger;

/// <summary>
/// Payload of the entry that records a recovery: <c>uint8 reason ‖ uint64 LE bytes cut ‖ uint64 LE entries kept ‖ side file name</c>.
/// </summary>
/// <param name="Reason">Why the tail was cut.</param>
/// <param name="CutBytes">Bytes that were cut and kept in the side file.</param>
/// <param name="KeptEntries">Size of the log after the cut, before this entry.</param>
/// <param name="SideFile">Name of the side file within the folder <c>recovered</c>.</param>
public sealed record RecoveryEntry(RecoveryReason Reason, long CutBytes, ulong KeptEntries, string SideFile)
{
    private const int FixedBytes = 17;

    /// <summary>The payload as it stands in the entry.</summary>
    public byte[] Encode()
    {
        byte[] name = Encoding.UTF8.GetBytes(SideFile);
        byte[] payload = new byte[FixedBytes + name.Length];
        payload[0] = (byte)Reason;
        BinaryPrimitives.WriteInt64LittleEndian(payload.AsSpan(1), CutBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(payload.AsSpan(9), KeptEntries);
        name.CopyTo(payload, FixedBytes);
        return payload;
    }

    /// <summary>Reads a payload; null where it is too short.</summary>
    public static RecoveryEntry? TryDecode(ReadOnlySpan<byte> payload) => payload.Length < FixedBytes
        ? null
        : new RecoveryEntry(
            (RecoveryReason)payload[0],
            BinaryPrimitives.ReadInt64LittleEndian(payload[1..]),
            BinaryPrimitives.ReadUInt64LittleEndian(payload[9..]),
            Encoding.UTF8.GetString(payload[FixedBytes..]));
}
