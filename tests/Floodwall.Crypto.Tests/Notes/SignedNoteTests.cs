using System.Text;

namespace Floodwall.Crypto.Tests.Notes;

public sealed class SignedNoteTests
{
    // Key and note of the documentation of Go's golang.org/x/mod/sumdb/note.
    private const string GoKey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

    private const string GoNote =
        "If you think cryptography is the answer to your problem,\n" +
        "then you don't know what your problem is.\n" +
        "\n" +
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    private const string SomeSignature = "— other.example/key AAAAAQIDBAUGBwgJ\n";

    [Fact]
    public void The_note_of_the_Go_documentation_opens()
    {
        NoteVerification opened = Open(GoNote, VerifierKey.Parse(GoKey));
        Assert.Equal(NoteStatus.Good, opened.Status);
        Assert.True(opened.IsGood);
        Assert.Null(opened.Error);
        Assert.Equal("PeterNeumann", Assert.Single(opened.VerifiedBy).Name);
        Assert.StartsWith("If you think", opened.Note!.Text, StringComparison.Ordinal);
        Assert.EndsWith("problem is.\n", opened.Note.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Unknown_keys_are_ignored_also_when_the_name_or_the_id_alone_is_known()
    {
        VerifierKey key = VerifierKey.Parse(GoKey);
        VerifierKey sameName = new("PeterNeumann", new byte[32]);
        Assert.Equal(NoteStatus.NoKnownKey, Open(GoNote, sameName).Status);
        Assert.Equal(NoteStatus.NoKnownKey, Open(GoNote).Status);
        Assert.Equal(NoteStatus.Good, Open(GoNote + SomeSignature, key, sameName).Status);

        // the known id under another name, with a signature that would not verify
        string sameId = "— SomebodyElse x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAA=\n";
        Assert.Equal(NoteStatus.Good, Open(GoNote + sameId, key).Status);
    }

    [Fact]
    public void One_failing_signature_of_a_known_key_rejects_the_note_even_beside_a_good_one()
    {
        using Ed25519Signer signer = Ed25519Signer.FromSeed("second", new byte[32]);
        byte[] bad = new byte[4 + 64];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bad, signer.KeyId);
        string note = GoNote + $"— second {Convert.ToBase64String(bad)}\n";
        NoteVerification opened = Open(note, VerifierKey.Parse(GoKey), signer.VerifierKey);
        Assert.Equal(NoteStatus.BadSignature, opened.Status);
        Assert.Empty(opened.VerifiedBy);
        Assert.Contains("second", opened.Error, StringComparison.Ordinal);
        Assert.Equal(NoteStatus.Good, Open(note, VerifierKey.Parse(GoKey)).Status);
    }

    [Fact]
    public void The_last_blank_line_splits_text_from_signatures()
    {
        string text = "a\n\nb\n\n— not.a/signature AAAA\n";
        Assert.True(SignedNote.TryParse(Utf8(text + "\n" + SomeSignature), out SignedNote? note, out _));
        Assert.Equal(text, note.Text);
        NoteSignature signature = Assert.Single(note.Signatures);
        Assert.Equal("other.example/key", signature.Name);
        Assert.Equal(1u, signature.KeyId);
        Assert.Equal("0203040506070809", Convert.ToHexStringLower(signature.Signature.Span));
    }

    public static TheoryData<string, string> Malformed => new()
    {
        { "", "newline" },
        { "text", "newline" },
        { "text\n", "blank line" },
        { "text\n\n", "no signature" },
        { "text\n" + SomeSignature, "blank line" },
        { "te\txt\n\n" + SomeSignature, "control character 0x09" },
        { "text\r\n\n" + SomeSignature, "control character 0x0d" },
        { "text\n\n" + SomeSignature.TrimEnd(), "newline" },
        { "text\n\n" + SomeSignature.Replace('—', '-'), "em dash" },
        { "text\n\n" + SomeSignature + "more\n", "signature line 2" },
        { "text\n\n— name\n", "key name, space and base64" },
        { "text\n\n—  AAAAAQIDBAUGBwgJ\n", "key name is empty" },
        { "text\n\n— a+b AAAAAQIDBAUGBwgJ\n", "U+002B" },
        { "text\n\n— a\u3000b AAAAAQIDBAUGBwgJ\n", "U+3000" },
        { "text\n\n— a AAAAAQ==\n", "base64" },
        { "text\n\n— a AAAAAQIDBAUGBwgJ=\n", "base64" },
        { "text\n\n— a AAAA AQIDBAUGBwgJ\n", "base64" },
        { "text\n\n— a AAAAAQIDBAUGBwgJ \n", "base64" },
        { "text\n\n— a AAAA_QIDBAUGBwgJ\n", "base64" },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public void A_malformed_note_is_refused_with_its_reason(string text, string reason)
    {
        Assert.False(SignedNote.TryParse(Utf8(text), out SignedNote? note, out string? error));
        Assert.Null(note);
        Assert.Contains(reason, error, StringComparison.Ordinal);
        Assert.Equal(NoteStatus.Malformed, Open(text).Status);
    }

    [Fact]
    public void Bytes_that_are_not_UTF8_are_refused()
    {
        byte[] bytes = Utf8("text\n\n" + SomeSignature);
        bytes[1] = 0xff;
        Assert.False(SignedNote.TryParse(bytes, out _, out string? error));
        Assert.Contains("UTF-8", error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_limits_hold_exactly()
    {
        string Signatures(int count) => string.Concat(Enumerable.Repeat(SomeSignature, count));
        Assert.True(SignedNote.TryParse(Utf8("text\n\n" + Signatures(SignedNote.MaxSignatures)), out SignedNote? note, out _));
        Assert.Equal(SignedNote.MaxSignatures, note.Signatures.Count);
        Assert.False(SignedNote.TryParse(Utf8("text\n\n" + Signatures(SignedNote.MaxSignatures + 1)), out _, out string? error));
        Assert.Contains("more than 100 signatures", error, StringComparison.Ordinal);

        byte[] tail = Utf8("\n\n" + SomeSignature);
        byte[] largest = [.. Enumerable.Repeat((byte)'x', SignedNote.MaxBytes - tail.Length), .. tail];
        Assert.True(SignedNote.TryParse(largest, out _, out _));
        Assert.False(SignedNote.TryParse([(byte)'x', .. largest], out _, out error));
        Assert.Contains("at most 1048576", error, StringComparison.Ordinal);
    }

    [Fact]
    public void No_mutated_or_random_note_makes_the_parser_throw()
    {
        Random random = new(5);
        byte[] good = Utf8(GoNote + SomeSignature);
        VerifierKey key = VerifierKey.Parse(GoKey);
        for (int i = 0; i < 100_000; i++)
        {
            byte[] bytes = i % 4 == 0 ? Reference.RandomBytes(random, random.Next(200)) : Mutate(good, random);
            bool parsed = SignedNote.TryParse(bytes, out SignedNote? note, out string? error);
            Assert.Equal(parsed, note is not null);
            Assert.Equal(parsed, error is null);
            if (note is not null && i % 64 == 1)
            {
                note.Open([key]);
            }
        }
    }

    [Fact]
    public void Every_flipped_bit_of_a_note_is_noticed_or_outside_what_is_signed()
    {
        VerifierKey key = VerifierKey.Parse(GoKey);
        byte[] bytes = Utf8(GoNote);
        for (int bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.NotEqual(NoteStatus.Good, SignedNote.Open(bytes, [key]).Status);
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    private static byte[] Mutate(byte[] good, Random random)
    {
        List<byte> bytes = [.. good];
        for (int edits = random.Next(1, 4); edits > 0; edits--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.Insert(at, "\n — +="u8[random.Next(8)]);
                    break;
                case 2:
                    bytes.RemoveAt(at);
                    break;
                default:
                    bytes.RemoveRange(at, random.Next(bytes.Count - at));
                    bytes.Add((byte)'\n');
                    break;
            }
        }

        return [.. bytes];
    }

    private static NoteVerification Open(string note, params VerifierKey[] keys) => SignedNote.Open(Utf8(note), keys);

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
