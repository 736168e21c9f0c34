using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Floodwall.Crypto;

/// <summary>
/// A signed note (C2SP signed-note): a text that ends in a newline, a blank line, and signature lines. Parsing says nothing
/// about the signatures; use <see cref="Open(IReadOnlyList{VerifierKey})"/> before believing the text.
/// </summary>
public sealed class SignedNote
{
    /// <summary>The largest note that is parsed, in bytes.</summary>
    public const int MaxBytes = 1 << 20;

    /// <summary>The most signature lines that are parsed (the specification asks for at least 16).</summary>
    public const int MaxSignatures = 100;

    private readonly byte[] _text;

    internal SignedNote(byte[] utf8Text, string text, IReadOnlyList<NoteSignature> signatures)
    {
        _text = utf8Text;
        Text = text;
        Signatures = signatures;
    }

    /// <summary>What the signatures cover; ends in a newline.</summary>
    public string Text { get; }

    /// <summary>The text as UTF-8: the very bytes that are signed.</summary>
    public ReadOnlyMemory<byte> Utf8Text => _text;

    /// <summary>The signature lines in their order; at least one.</summary>
    public IReadOnlyList<NoteSignature> Signatures { get; }

    /// <summary>Parses the bytes of a note. Never throws; on failure <paramref name="error"/> says what is wrong.</summary>
    public static bool TryParse(
        ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out SignedNote? note, [NotNullWhen(false)] out string? error) =>
        SignedNoteParser.TryParse(bytes, out note, out error);

    /// <summary>
    /// Parses signature lines alone, as a witness answers with. Never throws; on failure <paramref name="error"/> says what is wrong.
    /// </summary>
    public static bool TryParseSignatures(
        ReadOnlySpan<byte> bytes,
        [NotNullWhen(true)] out IReadOnlyList<NoteSignature>? signatures,
        [NotNullWhen(false)] out string? error) =>
        SignedNoteParser.TryParseSignatures(bytes, out signatures, out error);

    /// <summary>Parses the bytes of a note and verifies its signatures; malformed bytes give <see cref="NoteStatus.Malformed"/>.</summary>
    public static NoteVerification Open(ReadOnlySpan<byte> bytes, IReadOnlyList<VerifierKey> knownKeys) =>
        TryParse(bytes, out SignedNote? note, out string? error)
            ? note.Open(knownKeys)
            : new NoteVerification(NoteStatus.Malformed, null, [], error);

    /// <summary>The same text under other signature lines, which are not looked at.</summary>
    /// <exception cref="ArgumentException">There is no line, or there are more than <see cref="MaxSignatures"/>.</exception>
    public SignedNote WithSignatures(IEnumerable<NoteSignature> signatures)
    {
        ArgumentNullException.ThrowIfNull(signatures);
        NoteSignature[] lines = [.. signatures];
        return lines.Length is > 0 and <= MaxSignatures
            ? new SignedNote(_text, Text, lines)
            : throw new ArgumentException($"a note has 1 to {MaxSignatures} signatures, got {lines.Length}", nameof(signatures));
    }

    /// <summary>The bytes that <see cref="TryParse"/> reads.</summary>
    public byte[] ToBytes()
    {
        StringBuilder note = new(Text);
        note.Append('\n');
        foreach (NoteSignature signature in Signatures)
        {
            note.Append(signature.ToLine());
        }

        return Encoding.UTF8.GetBytes(note.ToString());
    }

    /// <summary>
    /// Verifies every signature that names a known key (C2SP signed-note, "Signatures"). Unknown keys are ignored, also where
    /// name or id alone is a known key's; one failing signature of a known key rejects the note; at least one must verify.
    /// </summary>
    public NoteVerification Open(IReadOnlyList<VerifierKey> knownKeys)
    {
        ArgumentNullException.ThrowIfNull(knownKeys);
        List<VerifierKey> verified = [];
        foreach (NoteSignature signature in Signatures)
        {
            foreach (VerifierKey key in knownKeys)
            {
                if (!signature.IsBy(key))
                {
                    continue;
                }

                if (!key.Verify(_text, signature.Signature.Span))
                {
                    return new NoteVerification(
                        NoteStatus.BadSignature, this, [], $"the signature by {key.Name}+{key.KeyId:x8} does not verify");
                }

                if (!verified.Contains(key))
                {
                    verified.Add(key);
                }
            }
        }

        return verified.Count > 0
            ? new NoteVerification(NoteStatus.Good, this, verified, null)
            : new NoteVerification(NoteStatus.NoKnownKey, this, [], "no signature is by a known key");
    }
}
