using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;

namespace Floodwall.Crypto;

/// <summary>Takes the bytes of a signed note apart, as C2SP signed-note ("Format") lays them out.</summary>
internal static class SignedNoteParser
{
    private const int KeyIdSize = 4;

    /// <summary>Em dash and space, which begin a signature line.</summary>
    private static ReadOnlySpan<byte> LinePrefix => "\u2014 "u8;

    public static bool TryParse(
        ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out SignedNote? note, [NotNullWhen(false)] out string? error)
    {
        note = null;
        error = CheckBytes(bytes);
        if (error is not null)
        {
            return false;
        }

        // Text and signatures are split by the last blank line, so a text may hold blank lines itself.
        int blank = bytes.LastIndexOf("\n\n"u8);
        if (blank < 0)
        {
            error = "note has no blank line between text and signatures";
            return false;
        }

        ReadOnlySpan<byte> text = bytes[..(blank + 1)];
        if (!TryParseLines(bytes[(blank + 2)..], out List<NoteSignature> signatures, out error))
        {
            return false;
        }

        note = new SignedNote(text.ToArray(), Encoding.UTF8.GetString(text), signatures);
        return true;
    }

    public static bool TryParseSignatures(
        ReadOnlySpan<byte> bytes,
        [NotNullWhen(true)] out IReadOnlyList<NoteSignature>? signatures,
        [NotNullWhen(false)] out string? error)
    {
        signatures = null;
        error = CheckBytes(bytes);
        if (error is not null || !TryParseLines(bytes, out List<NoteSignature> lines, out error))
        {
            return false;
        }

        signatures = lines;
        return true;
    }

    private static string? CheckBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > SignedNote.MaxBytes)
        {
            return $"note is {bytes.Length} bytes; at most {SignedNote.MaxBytes} are accepted";
        }

        for (int i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] < 0x20 && bytes[i] != '\n')
            {
                return $"note byte {i} is the control character 0x{bytes[i]:x2}; only newlines are allowed";
            }
        }

        if (!Utf8.IsValid(bytes))
        {
            return "note is not valid UTF-8";
        }

        return bytes.IsEmpty || bytes[^1] != '\n' ? "note does not end in a newline" : null;
    }

    private static bool TryParseLines(
        ReadOnlySpan<byte> lines, out List<NoteSignature> signatures, [NotNullWhen(false)] out string? error)
    {
        signatures = [];
        while (!lines.IsEmpty)
        {
            if (signatures.Count == SignedNote.MaxSignatures)
            {
                error = $"note has more than {SignedNote.MaxSignatures} signatures";
                return false;
            }

            int end = lines.IndexOf((byte)'\n');
            if (!TryParseLine(lines[..end], out NoteSignature? signature, out string? problem))
            {
                error = $"signature line {signatures.Count + 1}: {problem}";
                return false;
            }

            signatures.Add(signature);
            lines = lines[(end + 1)..];
        }

        error = signatures.Count == 0 ? "note has no signature" : null;
        return error is null;
    }

    private static bool TryParseLine(
        ReadOnlySpan<byte> line, [NotNullWhen(true)] out NoteSignature? signature, [NotNullWhen(false)] out string? problem)
    {
        signature = null;
        if (!line.StartsWith(LinePrefix))
        {
            problem = "does not begin with an em dash and a space";
            return false;
        }

        line = line[LinePrefix.Length..];
        int space = line.IndexOf((byte)' ');
        if (space < 0)
        {
            problem = "key name, space and base64 expected";
            return false;
        }

        string name = Encoding.UTF8.GetString(line[..space]);
        if (!KeyName.IsValid(name, out problem))
        {
            return false;
        }

        ReadOnlySpan<byte> base64 = line[(space + 1)..];
        byte[] decoded = new byte[Base64.GetMaxDecodedFromUtf8Length(base64.Length)];
        if (base64.Contains((byte)' ')
            || Base64.DecodeFromUtf8(base64, decoded, out int consumed, out int written) != System.Buffers.OperationStatus.Done
            || consumed != base64.Length || written <= KeyIdSize)
        {
            problem = $"the signature is not base64 of more than {KeyIdSize} bytes";
            return false;
        }

        signature = new NoteSignature(name, BinaryPrimitives.ReadUInt32BigEndian(decoded), decoded[KeyIdSize..written]);
        problem = null;
        return true;
    }
}
