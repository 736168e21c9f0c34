using System.Buffers.Binary;
using System.Text;
using Floodwall.Crypto.Tests.Support;

namespace Floodwall.Crypto.Tests.Notes;

public sealed class CosignatureTests
{
    private static readonly Ed25519Signer Ed = Ed25519Signer.FromSeed("witness.example/w1", [.. Enumerable.Range(7, 32).Select(i => (byte)i)]);
    private static readonly byte[] Text = "example.org/log\n15368405\n31JQUq8EyQx5lpqtKRqryJzA+77WD2xmTyuB4uIlXeE=\n"u8.ToArray();

    [Theory]
    [InlineData(PublicCheckpoint.Remora, true)]
    [InlineData(PublicCheckpoint.Smartit, true)]
    [InlineData(PublicCheckpoint.Stagemole, true)]
    [InlineData(PublicCheckpoint.Navigli, false)]
    public void Cosignatures_of_public_witnesses_verify(string vkey, bool cosigned)
    {
        CosignatureKey key = CosignatureKey.Parse(vkey);
        Assert.Equal(vkey, key.ToString());
        Assert.True(SignedNote.TryParse(Encoding.UTF8.GetBytes(PublicCheckpoint.Note), out SignedNote? note, out _));
        NoteSignature[] lines = [.. note.Signatures.Where(key.IsNamedBy)];
        Assert.Equal(cosigned ? 1 : 0, lines.Length);
        foreach (NoteSignature line in lines)
        {
            Assert.True(key.Verify(note.Utf8Text.Span, line.Signature.Span, out ulong time));
            Assert.Equal(PublicCheckpoint.Time, time);
            Assert.False(key.Verify(note.Utf8Text.Span[..^1], line.Signature.Span, out _));
        }
    }

    [Fact]
    public void A_note_prints_the_bytes_it_was_parsed_from()
    {
        Assert.True(SignedNote.TryParse(Encoding.UTF8.GetBytes(PublicCheckpoint.Note), out SignedNote? note, out _));
        Assert.Equal(PublicCheckpoint.Note, Encoding.UTF8.GetString(note.ToBytes()));
        Assert.Equal(PublicCheckpoint.Note, Encoding.UTF8.GetString(note.WithSignatures(note.Signatures).ToBytes()));
        Assert.Throws<ArgumentException>(() => note.WithSignatures([]));
        Assert.Throws<ArgumentException>(() => note.WithSignatures(Enumerable.Repeat(note.Signatures[0], SignedNote.MaxSignatures + 1)));
    }

    [Fact]
    public void The_signed_message_is_that_of_the_specification()
    {
        NoteSignature line = new CosignatureSigner(Ed).Sign(Text, 1679315147);
        Assert.Equal(72, line.Signature.Length);
        Assert.Equal(1679315147ul, BinaryPrimitives.ReadUInt64BigEndian(line.Signature.Span));
        byte[] message = [.. "cosignature/v1\ntime 1679315147\n"u8, .. Text];
        Assert.True(Ed25519.Verify(Ed.PublicKey.Span, message, line.Signature.Span[8..]));
    }

    [Fact]
    public void The_key_id_is_the_hash_over_name_type_4_and_key()
    {
        byte[] hashed = System.Security.Cryptography.SHA256.HashData([.. "witness.example/w1\n"u8, 0x04, .. Ed.PublicKey.Span]);
        CosignatureKey key = new CosignatureSigner(Ed).Key;
        Assert.Equal(BinaryPrimitives.ReadUInt32BigEndian(hashed), key.KeyId);
        Assert.NotEqual(Ed.KeyId, key.KeyId);
        Assert.Equal(key.ToString(), CosignatureKey.Parse(key.ToString()).ToString());
    }

    [Fact]
    public void A_witness_key_is_no_log_key_and_a_log_key_no_witness_key()
    {
        string witness = new CosignatureSigner(Ed).Key.ToString();
        Assert.False(VerifierKey.TryParse(witness, out _, out string? error));
        Assert.Contains("0x04", error, StringComparison.Ordinal);
        Assert.False(CosignatureKey.TryParse(Ed.VerifierKey.ToString(), out _, out error));
        Assert.Contains("0x01", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0ul)]
    [InlineData(1ul)]
    [InlineData((ulong)long.MaxValue)]
    public void Any_time_that_the_specification_allows_round_trips(ulong time)
    {
        CosignatureSigner signer = new(Ed);
        NoteSignature line = signer.Sign(Text, time);
        Assert.True(signer.Key.Verify(Text, line.Signature.Span, out ulong stated));
        Assert.Equal(time, stated);
        Assert.True(SignedNote.TryParseSignatures(Encoding.UTF8.GetBytes(line.ToLine()), out IReadOnlyList<NoteSignature>? lines, out _));
        Assert.True(signer.Key.IsNamedBy(Assert.Single(lines)));
    }

    [Fact]
    public void A_time_beyond_the_range_is_neither_signed_nor_believed()
    {
        CosignatureSigner signer = new(Ed);
        Assert.Throws<ArgumentOutOfRangeException>(() => signer.Sign(Text, 1ul << 63));
        byte[] forged = new byte[72];
        BinaryPrimitives.WriteUInt64BigEndian(forged, 1ul << 63);
        Ed.Sign([.. "cosignature/v1\ntime 9223372036854775808\n"u8, .. Text], forged.AsSpan(8));
        Assert.False(signer.Key.Verify(Text, forged, out _));
    }

    [Fact]
    public void Every_flipped_bit_of_text_time_or_signature_fails()
    {
        CosignatureSigner signer = new(Ed);
        byte[] signature = signer.Sign(Text, 1679315147).Signature.ToArray();
        for (int bit = 0; bit < signature.Length * 8; bit++)
        {
            byte[] bad = [.. signature];
            bad[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(signer.Key.Verify(Text, bad, out _), $"bit {bit}");
        }

        for (int bit = 0; bit < Text.Length * 8; bit++)
        {
            byte[] bad = [.. Text];
            bad[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(signer.Key.Verify(bad, signature, out _), $"bit {bit}");
        }

        Assert.False(signer.Key.Verify(Text, signature.AsSpan(0, 71), out _));
        Assert.False(signer.Key.Verify(Text, [.. signature, 0], out _));
        Assert.False(signer.Key.Verify(Text, signature.AsSpan(8), out _));
        Assert.False(signer.Key.Verify(Text, [], out _));
    }

    [Fact]
    public void A_plain_signature_of_the_same_key_is_no_cosignature()
    {
        byte[] plain = new byte[72];
        Ed.Sign(Text, plain.AsSpan(8));
        Assert.False(new CosignatureSigner(Ed).Key.Verify(Text, plain, out _));
    }
}
