using System.Security.Cryptography;
using System.Text;

namespace Floodwall.Crypto.Tests.Notes;

public sealed class CheckpointTests
{
    // The example of C2SP tlog-checkpoint.
    private const string Example = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

    [Fact]
    public void The_example_of_the_specification_parses_and_prints_the_same()
    {
        Assert.True(Checkpoint.TryParse(Example, out Checkpoint? checkpoint, out _));
        Assert.Equal("example.com/behind-the-sofa", checkpoint.Origin);
        Assert.Equal(20852163u, checkpoint.Size);
        Assert.Equal("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=", checkpoint.Root.ToBase64());
        Assert.Empty(checkpoint.Extensions);
        Assert.Equal(Example, checkpoint.FormatBody());
    }

    [Fact]
    public void Extension_lines_are_kept_in_their_order()
    {
        Assert.True(Checkpoint.TryParse(Example + "one\ntwo\n", out Checkpoint? checkpoint, out _));
        Assert.Equal(["one", "two"], checkpoint.Extensions);
        Assert.Equal(Example + "one\ntwo\n", checkpoint.FormatBody());
    }

    [Theory]
    [InlineData("", "newline")]
    [InlineData("a\n1\n", "2 lines")]
    [InlineData("a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=", "newline")]
    [InlineData("\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", "line 1 is empty")]
    [InlineData("a\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", "line 2")]
    [InlineData("a\n+1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", "line 2")]
    [InlineData("a\n-1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", "line 2")]
    [InlineData("a\n 1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", "line 2")]
    [InlineData("a\n1,000\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", "line 2")]
    [InlineData("a\n18446744073709551616\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", "line 2")]
    [InlineData("a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I\n", "line 3")]
    [InlineData("a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n", "line 3")]
    [InlineData("a\n1\nAAAA\n", "line 3")]
    [InlineData("a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n", "line 4 is empty")]
    [InlineData("a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\nb\tc\n", "line 4 holds the control character U+0009")]
    public void A_malformed_checkpoint_is_refused_with_its_reason(string body, string reason)
    {
        Assert.False(Checkpoint.TryParse(body, out Checkpoint? checkpoint, out string? error));
        Assert.Null(checkpoint);
        Assert.Contains(reason, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0ul)]
    [InlineData(1ul)]
    [InlineData(256ul)]
    [InlineData(ulong.MaxValue)]
    public void What_the_writer_writes_opens_with_the_signers_key_and_parses_back(ulong size)
    {
        using Ed25519Signer signer = Ed25519Signer.Generate("log.example/über");
        CheckpointNoteWriter writer = new(signer);
        Hash256 root = Reference.Sha("root"u8);
        byte[] note = new byte[writer.MaxLength];
        int length = writer.Write(size, root, note);
        NoteVerification opened = SignedNote.Open(note.AsSpan(0, length), [VerifierKey.Parse(signer.VerifierKey.ToString())]);
        Assert.Equal(NoteStatus.Good, opened.Status);
        Assert.True(Checkpoint.TryParse(opened.Note!.Text, out Checkpoint? checkpoint, out _));
        Assert.Equal((signer.Name, size, root), (checkpoint.Origin, checkpoint.Size, checkpoint.Root));
        Assert.Equal(opened.Note.Text, new Checkpoint(signer.Name, size, root).FormatBody());
        Assert.Equal(length == note.Length, size == ulong.MaxValue);
    }

    [Fact]
    public void The_writer_refuses_too_small_a_destination()
    {
        using Ed25519Signer signer = Ed25519Signer.Generate("x");
        CheckpointNoteWriter writer = new(signer);
        Assert.Throws<ArgumentException>(() => writer.Write(1, default, new byte[writer.MaxLength - 1]));
    }

    [Fact]
    public void A_signature_that_does_not_verify_never_leaves_the_writer()
    {
        using FaultySigner signer = new();
        CheckpointNoteWriter writer = new(signer);
        byte[] note = new byte[writer.MaxLength];
        Assert.Throws<CryptographicException>(() => writer.Write(1, default, note));
        Assert.All(note, b => Assert.Equal(0, b));
    }

    [Fact]
    public void Writing_a_checkpoint_allocates_nothing()
    {
        using Ed25519Signer signer = Ed25519Signer.Generate("log.example");
        CheckpointNoteWriter writer = new(signer);
        byte[] note = new byte[writer.MaxLength];
        Assert.Equal(0, Allocations.Of(() => writer.Write(123456789, default, note)));
    }

    [Fact]
    public void Random_bodies_never_make_the_parser_throw()
    {
        Random random = new(3);
        for (int i = 0; i < 50_000; i++)
        {
            StringBuilder body = new(Example);
            for (int edits = random.Next(1, 4); edits > 0; edits--)
            {
                int at = random.Next(body.Length);
                body[at] = "\n\n09aA=+\ud800\t"[random.Next(10)];
            }

            Assert.Equal(Checkpoint.TryParse(body.ToString(), out Checkpoint? checkpoint, out _), checkpoint is not null);
            Assert.True(checkpoint is null || checkpoint.FormatBody() == body.ToString());
        }
    }

    private sealed class FaultySigner : ISigner, IDisposable
    {
        private readonly Ed25519Signer _inner = Ed25519Signer.Generate("faulty");

        public string Name => _inner.Name;

        public uint KeyId => _inner.KeyId;

        public ReadOnlyMemory<byte> PublicKey => _inner.PublicKey;

        public VerifierKey VerifierKey => _inner.VerifierKey;

        public void Sign(ReadOnlySpan<byte> message, Span<byte> signature)
        {
            _inner.Sign(message, signature);
            signature[17] ^= 0x20;
        }

        public void Dispose() => _inner.Dispose();
    }
}
