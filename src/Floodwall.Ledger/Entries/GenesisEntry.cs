using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Floodwall.Crypto;

namespace Floodwall.Ledger;

/// <summary>
/// Payload of entry 0: <c>uint32 LE format version ‖ uint64 LE segment bytes ‖ vkey in ASCII or UTF-8</c>. The name within the vkey
/// is the ledger's origin.
/// </summary>
/// <param name="SegmentBytes">Length of every segment file but the last.</param>
/// <param name="Key">The key that signs this ledger's checkpoints.</param>
public sealed record GenesisEntry(long SegmentBytes, VerifierKey Key)
{
    private const int FixedBytes = 12;

    /// <summary>The ledger's origin: the name of its key.</summary>
    public string Origin => Key.Name;

    /// <summary>The payload as it stands in the entry.</summary>
    public byte[] Encode()
    {
        byte[] vkey = Encoding.UTF8.GetBytes(Key.ToString());
        byte[] payload = new byte[FixedBytes + vkey.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(payload, LedgerLimits.FormatVersion);
        BinaryPrimitives.WriteInt64LittleEndian(payload.AsSpan(4), SegmentBytes);
        vkey.CopyTo(payload, FixedBytes);
        return payload;
    }

    /// <summary>Reads a payload; on failure <paramref name="problem"/> says what is wrong with it.</summary>
    public static bool TryDecode(
        ReadOnlySpan<byte> payload, [NotNullWhen(true)] out GenesisEntry? genesis, [NotNullWhen(false)] out string? problem)
    {
        genesis = null;
        if (payload.Length < FixedBytes)
        {
            problem = $"the genesis entry is too short: {payload.Length} bytes of payload, at least {FixedBytes} expected";
            return false;
        }

        uint version = BinaryPrimitives.ReadUInt32LittleEndian(payload);
        if (version != LedgerLimits.FormatVersion)
        {
            problem = $"the genesis entry states format version {version}; this reader knows {LedgerLimits.FormatVersion}";
            return false;
        }

        long segmentBytes = BinaryPrimitives.ReadInt64LittleEndian(payload[4..]);
        if (!LedgerOptions.IsSegmentSize(segmentBytes))
        {
            problem = $"the genesis entry states a segment size of {segmentBytes} bytes, which no ledger can have";
            return false;
        }

        if (!VerifierKey.TryParse(Encoding.UTF8.GetString(payload[FixedBytes..]), out VerifierKey? key, out string? keyProblem))
        {
            problem = $"the genesis entry states no valid verifier key: {keyProblem}";
            return false;
        }

        problem = null;
        genesis = new GenesisEntry(segmentBytes, key);
        return true;
    }
}
