using System.Buffers.Binary;
using System.Text;
using Floodwall.Crypto;

namespace Floodwall.Pipeline;

/// <summary>
/// That a wall swapped its policies while it ran: u64 tick, 32 bytes SHA-256 of the composition, which the parts just before state in
/// full, and the reason as UTF-8. Little-endian.
/// </summary>
public static class GateChangeEntry
{
    /// <summary>The longest reason, in UTF-8 bytes.</summary>
    public const int MaxReasonBytes = 1024;

    private const int Fixed = sizeof(ulong) + Hash256.Size;

    /// <summary>What is wrong with a reason, or null.</summary>
    public static string? Problem(string reason) =>
        SymbolTable.Validate(reason) is null ? null : $"A reason is text of 1 to {MaxReasonBytes} bytes without control characters.";

    /// <summary>The payload's length.</summary>
    public static int LengthOf(string reason) => Fixed + Encoding.UTF8.GetByteCount(reason);

    /// <summary>Writes the payload.</summary>
    public static void Write(Span<byte> payload, ulong tick, Hash256 address, string reason)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(payload, tick);
        address.AsBytes().CopyTo(payload[sizeof(ulong)..]);
        Encoding.UTF8.GetBytes(reason, payload[Fixed..]);
    }

    /// <summary>Reads a payload back.</summary>
    /// <returns>Null, or what is wrong with the bytes.</returns>
    public static string? Read(ReadOnlySpan<byte> payload, out ulong tick, out Hash256 address, out string reason)
    {
        (tick, address, reason) = (0, default, "");
        if (payload.Length is <= Fixed or > Fixed + MaxReasonBytes)
        {
            return $"a change of the gate has {payload.Length} bytes, expected {Fixed + 1} to {Fixed + MaxReasonBytes}";
        }

        if (!EntryText.TryDecode(payload[Fixed..], out reason) || Problem(reason) is not null)
        {
            return "a change of the gate has a reason that is not UTF-8 or holds control characters";
        }

        tick = BinaryPrimitives.ReadUInt64LittleEndian(payload);
        address = Hash256.Read(payload[sizeof(ulong)..]);
        return null;
    }
}
