using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Floodwall.Crypto;

namespace Floodwall.Ledger;

/// <summary>
/// What a log sends to a witness (C2SP tlog-witness, "add-checkpoint"): the size that the witness last cosigned, the consistency proof
/// from there, a blank line, and the signed checkpoint.
/// </summary>
/// <param name="OldSize">The size the proof begins at.</param>
/// <param name="Proof">RFC 6962 consistency proof to the checkpoint's size; empty from size 0 or to the same size.</param>
/// <param name="Note">The signed checkpoint.</param>
public sealed record AddCheckpointRequest(ulong OldSize, IReadOnlyList<Hash256> Proof, ReadOnlyMemory<byte> Note)
{
    /// <summary>The most proof lines that may be sent.</summary>
    public const int MaxProofLines = 63;

    /// <summary>The longest body that is read: the longest note with the longest proof in front of it.</summary>
    public const int MaxBytes = LedgerLimits.MaxNoteBytes + (MaxProofLines * (Hash256.Base64Length + 1)) + 64;

    /// <summary>The content type of the size that a witness tells when it knows another than the one it was asked from.</summary>
    public const string SizeContentType = "text/x.tlog.size";

    private const string OldPrefix = "old ";

    /// <summary>The request's body.</summary>
    public byte[] ToBytes()
    {
        StringBuilder head = new();
        head.Append(CultureInfo.InvariantCulture, $"{OldPrefix}{OldSize}\n");
        foreach (Hash256 hash in Proof)
        {
            head.Append(hash.ToBase64()).Append('\n');
        }

        head.Append('\n');
        return [.. Encoding.ASCII.GetBytes(head.ToString()), .. Note.Span];
    }

    /// <summary>Parses a body; the note is not looked into. Never throws; on failure <paramref name="error"/> says what is wrong.</summary>
    public static bool TryParse(
        ReadOnlySpan<byte> body, [NotNullWhen(true)] out AddCheckpointRequest? request, [NotNullWhen(false)] out string? error)
    {
        request = null;
        if (body.Length > MaxBytes)
        {
            error = $"the body is longer than {MaxBytes} bytes";
            return false;
        }

        if (!TryTakeLine(ref body, out string line) || !line.StartsWith(OldPrefix, StringComparison.Ordinal)
            || !TryParseSize(line.AsSpan(OldPrefix.Length), out ulong oldSize))
        {
            error = "line 1 is not 'old' and a size";
            return false;
        }

        List<Hash256> proof = [];
        while (true)
        {
            if (!TryTakeLine(ref body, out line))
            {
                error = $"line {proof.Count + 2} does not end; a proof line or a blank line is expected";
                return false;
            }

            if (line.Length == 0)
            {
                break;
            }

            if (proof.Count == MaxProofLines)
            {
                error = $"more than {MaxProofLines} proof lines";
                return false;
            }

            if (!Hash256.TryParseBase64(line, out Hash256 hash))
            {
                error = $"line {proof.Count + 2} is no hash: {Hash256.Base64Length} characters of base64 are expected";
                return false;
            }

            proof.Add(hash);
        }

        request = new AddCheckpointRequest(oldSize, proof, body.ToArray());
        error = null;
        return true;
    }

    /// <summary>Parses a size as witnesses and checkpoints write it: decimal, no sign, no leading zeroes.</summary>
    internal static bool TryParseSize(ReadOnlySpan<char> text, out ulong size) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out size) && (text.Length == 1 || text[0] != '0');

    private static bool TryTakeLine(ref ReadOnlySpan<byte> body, out string line)
    {
        const int Longest = 64;
        line = "";
        int end = body[..Math.Min(body.Length, Longest)].IndexOf((byte)'\n');
        if (end < 0)
        {
            return false;
        }

        // Octets beyond ASCII become characters that no line may hold.
        line = Encoding.Latin1.GetString(body[..end]);
        body = body[(end + 1)..];
        return true;
    }
}
