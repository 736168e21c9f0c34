using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Floodwall.Crypto;

/// <summary>Takes a proof file apart, as C2SP tlog-proof ("Format") lays it out. Each proof has one spelling; no other is accepted.</summary>
internal ref struct TlogProofParser
{
    public const string ExtraKeyword = "extra ";
    public const string IndexKeyword = "index ";

    // No line before the checkpoint is longer than one of extra data.
    private const int MaxLineBytes = (TlogProof.MaxExtraBytes + 2) / 3 * 4 + 6;

    private ReadOnlySpan<byte> _rest;
    private int _line;

    private TlogProofParser(ReadOnlySpan<byte> bytes) => _rest = bytes;

    public static bool TryParse(
        ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out TlogProof? proof, [NotNullWhen(false)] out TlogProofError? error)
    {
        proof = null;
        if (bytes.Length > TlogProof.MaxBytes)
        {
            error = new(0, $"the file is longer than the {TlogProof.MaxBytes} bytes that a proof can have");
            return false;
        }

        TlogProofParser parser = new(bytes);
        error = parser.Parse(out proof);
        return error is null;
    }

    private TlogProofError? Parse(out TlogProof? proof)
    {
        proof = null;
        if (ReadLine(out ReadOnlySpan<byte> line) is { } cut)
        {
            return cut;
        }

        if (!line.SequenceEqual(Encoding.ASCII.GetBytes(TlogProof.Header)))
        {
            return Wrong($"'{TlogProof.Header}' expected", line);
        }

        byte[] extra = [];
        if (ReadLine(out line) is { } noSecond)
        {
            return noSecond;
        }

        if (line.StartsWith("extra "u8))
        {
            if (!TryDecodeExtra(line[ExtraKeyword.Length..], out extra))
            {
                return Wrong($"1 to {TlogProof.MaxExtraBytes} bytes of base64 expected behind 'extra '", line);
            }

            if (ReadLine(out line) is { } noIndex)
            {
                return noIndex;
            }
        }

        if (!TryParseIndex(line, out ulong index))
        {
            return Wrong("'index ' and a decimal number below 2^64 without sign or leading zeroes expected", line);
        }

        List<Hash256> hashes = [];
        if (ReadHashes(hashes) is { } noHash)
        {
            return noHash;
        }

        if (!SignedNote.TryParse(_rest, out SignedNote? note, out string? problem)
            || !Checkpoint.TryParse(note.Text, out Checkpoint? checkpoint, out problem))
        {
            return new TlogProofError(_line + 1, $"a signed checkpoint must begin here: {problem}");
        }

        proof = new TlogProof(index, [.. hashes], _rest.ToArray(), extra, note, checkpoint);
        return null;
    }

    /// <summary>Reads hashes and the empty line behind them.</summary>
    private TlogProofError? ReadHashes(List<Hash256> hashes)
    {
        while (true)
        {
            if (ReadLine(out ReadOnlySpan<byte> line) is { } cut)
            {
                return cut;
            }

            if (line.IsEmpty)
            {
                return null;
            }

            if (hashes.Count == TlogProof.MaxHashes)
            {
                return Wrong($"an empty line expected, as no inclusion proof has more than {TlogProof.MaxHashes} hashes", line);
            }

            if (!Hash256.TryParseBase64(Latin1(line), out Hash256 hash))
            {
                return Wrong($"a hash ({Hash256.Base64Length} characters of base64) or an empty line expected", line);
            }

            hashes.Add(hash);
        }
    }

    private TlogProofError? ReadLine(out ReadOnlySpan<byte> line)
    {
        line = default;
        int end = _rest[..Math.Min(_rest.Length, MaxLineBytes + 1)].IndexOf((byte)'\n');
        if (end < 0)
        {
            return new TlogProofError(
                _line + 1, _rest.Length > MaxLineBytes ? $"the line is longer than {MaxLineBytes} bytes" : "the file ends before its checkpoint");
        }

        line = _rest[..end];
        _rest = _rest[(end + 1)..];
        _line++;
        return null;
    }

    private readonly TlogProofError Wrong(string expected, ReadOnlySpan<byte> found)
    {
        const int Shown = 60;
        StringBuilder text = new();
        foreach (byte b in found[..Math.Min(found.Length, Shown)])
        {
            text.Append(b is >= 0x20 and < 0x7F ? (char)b : '?');
        }

        return new TlogProofError(_line, $"{expected}, found '{text}{(found.Length > Shown ? "…" : "")}'");
    }

    private static bool TryDecodeExtra(ReadOnlySpan<byte> base64, out byte[] extra)
    {
        byte[] decoded = new byte[Base64.GetMaxDecodedFromUtf8Length(base64.Length)];
        bool decodes = Base64.DecodeFromUtf8(base64, decoded, out _, out int written) == OperationStatus.Done;
        extra = decodes ? decoded[..written] : [];

        // Decoding skips white space; encoding again admits one spelling only.
        return extra.Length is > 0 and <= TlogProof.MaxExtraBytes
            && base64.SequenceEqual(Encoding.ASCII.GetBytes(Convert.ToBase64String(extra)));
    }

    private static bool TryParseIndex(ReadOnlySpan<byte> line, out ulong index)
    {
        index = 0;
        if (!line.StartsWith("index "u8))
        {
            return false;
        }

        ReadOnlySpan<byte> digits = line[IndexKeyword.Length..];
        return ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out index) && (digits.Length == 1 || digits[0] != '0');
    }

    private static string Latin1(ReadOnlySpan<byte> line) => Encoding.Latin1.GetString(line[..Math.Min(line.Length, Hash256.Base64Length + 1)]);
}
