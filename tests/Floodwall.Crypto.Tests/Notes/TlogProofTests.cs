using System.Globalization;
using System.Text;

namespace Floodwall.Crypto.Tests.Notes;

public sealed class TlogProofTests
{
    private const int Size = 21;

    private static readonly Ed25519Signer Signer = Ed25519Signer.FromSeed("log.example/one", [.. Enumerable.Range(1, 32).Select(i => (byte)i)]);
    private static readonly Ed25519Signer Other = Ed25519Signer.FromSeed("log.example/other", new byte[32]);
    private static readonly byte[][] Entries = [.. Enumerable.Range(0, Size).Select(i => Encoding.ASCII.GetBytes($"entry {i}"))];
    private static readonly Hash256[] Leaves = [.. Entries.Select(entry => Reference.Leaf(entry))];

    [Fact]
    public void A_proof_file_is_what_the_specification_says_line_by_line()
    {
        TlogProof proof = ProofOf(5, "ABC"u8);
        string[] lines = Encoding.UTF8.GetString(proof.Format()).Split('\n');
        Assert.Equal("c2sp.org/tlog-proof@v1", lines[0]);
        Assert.Equal("extra QUJD", lines[1]);
        Assert.Equal("index 5", lines[2]);
        int hashes = proof.Hashes.Length;
        Assert.Equal(Convert.ToBase64String(Leaves[4].AsBytes()), lines[3]);
        Assert.Equal("", lines[3 + hashes]);
        Assert.Equal(["log.example/one", "21", Reference.TreeHash(Leaves).ToBase64(), ""], lines[(4 + hashes)..(8 + hashes)]);
        Assert.StartsWith("— log.example/one ", lines[8 + hashes], StringComparison.Ordinal);
        Assert.Equal(["index 5"], Encoding.UTF8.GetString(ProofOf(5).Format()).Split('\n')[1..2]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(TlogProof.MaxExtraBytes)]
    public void What_is_written_is_read_back_and_verifies(int extraLength)
    {
        byte[] extra = Reference.RandomBytes(new Random(extraLength), extraLength);
        for (int index = 0; index < Size; index++)
        {
            byte[] file = ProofOf(index, extra).Format();
            TlogProof proof = Parse(file);
            Assert.Equal((ulong)index, proof.Index);
            Assert.Equal(extra, proof.Extra.ToArray());
            Assert.Equal(file, proof.Format());
            TlogProofVerification result = proof.Verify(Entries[index], [Other.VerifierKey, Signer.VerifierKey]);
            Assert.Equal(TlogProofStatus.Good, result.Status);
            Assert.Equal(Signer.Name, Assert.Single(result.VerifiedBy).Name);
        }
    }

    [Fact]
    public void Only_its_own_entry_and_trusted_keys_of_its_origin_make_it_good()
    {
        TlogProof proof = ProofOf(7);
        Assert.Equal(TlogProofStatus.NotIncluded, proof.Verify(Entries[8], [Signer.VerifierKey]).Status);
        Assert.Equal(TlogProofStatus.NotIncluded, proof.Verify([], [Signer.VerifierKey]).Status);
        Assert.Equal(TlogProofStatus.NoKnownKey, proof.Verify(Entries[7], [Other.VerifierKey]).Status);
        Assert.Equal(TlogProofStatus.NoKnownKey, proof.Verify(Entries[7], []).Status);

        // A trusted key's signature under another log's origin: the key of one log must not vouch for another.
        byte[] body = Encoding.UTF8.GetBytes(new Checkpoint("log.example/one", Size, Reference.TreeHash(Leaves)).FormatBody());
        TlogProof foreign = TlogProof.Create(7, MerkleProof.Inclusion(7, Size, new LeafArray(Leaves)), Sign(body, Other));
        Assert.Equal(TlogProofStatus.NoKnownKey, foreign.Verify(Entries[7], [Other.VerifierKey]).Status);
    }

    [Fact]
    public void Without_the_right_signature_it_is_worth_nothing()
    {
        string file = Encoding.UTF8.GetString(ProofOf(7).Format());
        int at = file.LastIndexOf(' ') + 20;
        string forged = file[..at] + (file[at] == 'A' ? 'B' : 'A') + file[(at + 1)..];
        Assert.Equal(TlogProofStatus.BadSignature, Parse(Encoding.UTF8.GetBytes(forged)).Verify(Entries[7], [Signer.VerifierKey]).Status);
    }

    [Fact]
    public void No_single_changed_byte_of_a_file_leaves_a_good_proof()
    {
        byte[] good = ProofOf(11, "x"u8).Format();
        int extraLine = Encoding.UTF8.GetString(good).IndexOf("extra ", StringComparison.Ordinal);
        for (int at = 0; at < good.Length; at++)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                byte[] bad = (byte[])good.Clone();
                bad[at] ^= (byte)(1 << bit);

                // Nothing authenticates the extra data, as the specification says.
                bool inExtra = at >= extraLine + 6 && at < extraLine + 8;
                Assert.True(
                    inExtra || !TlogProof.TryParse(bad, out TlogProof? proof, out _)
                        || proof.Verify(Entries[11], [Signer.VerifierKey]).Status != TlogProofStatus.Good,
                    $"byte {at} bit {bit}");
            }
        }
    }

    [Theory]
    [InlineData("", 1, "ends")]
    [InlineData("c2sp.org/tlog-proof@v1", 1, "ends")]
    [InlineData("c2sp.org/tlog-proof@v2\nindex 0\n\n", 1, "c2sp.org/tlog-proof@v1")]
    [InlineData("c2sp.org/tlog-proof@v1\r\nindex 0\n\n", 1, "expected")]
    [InlineData("c2sp.org/tlog-proof@v1\n", 2, "ends")]
    [InlineData("c2sp.org/tlog-proof@v1\nextra \nindex 0\n\n", 2, "base64")]
    [InlineData("c2sp.org/tlog-proof@v1\nextra QQ\nindex 0\n\n", 2, "base64")]
    [InlineData("c2sp.org/tlog-proof@v1\nextra QR==\nindex 0\n\n", 2, "base64")]
    [InlineData("c2sp.org/tlog-proof@v1\nextra Q Q==\nindex 0\n\n", 2, "base64")]
    [InlineData("c2sp.org/tlog-proof@v1\nextra QQ==\nextra QQ==\nindex 0\n\n", 3, "index")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 00\n\n", 2, "index")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex -1\n\n", 2, "index")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex  1\n\n", 2, "index")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex \n\n", 2, "index")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 18446744073709551616\n\n", 2, "index")]
    [InlineData("c2sp.org/tlog-proof@v1\nIndex 1\n\n", 2, "index")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\n", 3, "hash")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 0\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=\n\n", 3, "hash")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 0\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n", 4, "ends")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 0\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n", 5, "checkpoint")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 0\n\nlog\n1\nnone\n\n— log AAAAAAAA\n", 4, "checkpoint")]
    public void Malformed_files_are_refused_with_line_and_expectation(string file, int line, string expected)
    {
        Assert.False(TlogProof.TryParse(Encoding.UTF8.GetBytes(file), out TlogProof? proof, out TlogProofError? error));
        Assert.Null(proof);
        Assert.Equal(line, error.Line);
        Assert.Contains(expected, error.Problem, StringComparison.Ordinal);
        Assert.Contains(line.ToString(CultureInfo.InvariantCulture), error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_are_kept()
    {
        byte[] note = ProofOf(0).NoteBytes.ToArray();
        Hash256[] many = new Hash256[TlogProof.MaxHashes];
        byte[] most = TlogProof.Create(ulong.MaxValue, many, note).Format();
        Assert.Equal(TlogProofStatus.NotIncluded, Parse(most).Verify([], []).Status);
        Assert.Throws<ArgumentException>(() => TlogProof.Create(0, new Hash256[TlogProof.MaxHashes + 1], note));
        Assert.Throws<ArgumentException>(() => TlogProof.Create(0, [], note, new byte[TlogProof.MaxExtraBytes + 1]));
        Assert.Throws<ArgumentException>(() => TlogProof.Create(0, [], "log\n1\n"u8));

        string text = Encoding.UTF8.GetString(most);
        string tooMany = text.Replace("\n\n", "\n" + default(Hash256).ToBase64() + "\n\n", StringComparison.Ordinal);
        Assert.False(TlogProof.TryParse(Encoding.UTF8.GetBytes(tooMany), out _, out TlogProofError? error));
        Assert.Equal(3 + TlogProof.MaxHashes, error.Line);
        Assert.False(TlogProof.TryParse(new byte[TlogProof.MaxBytes + 1], out _, out error));
        Assert.Equal(0, error.Line);
        byte[] endless = [.. "c2sp.org/tlog-proof@v1\nextra "u8, .. Enumerable.Repeat((byte)'A', TlogProof.MaxBytes - 100)];
        Assert.False(TlogProof.TryParse(endless, out _, out error));
        Assert.Contains("longer", error.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Random_edits_never_make_the_parser_throw_and_what_it_accepts_has_one_spelling()
    {
        byte[] good = ProofOf(9, "some extra"u8).Format();
        Random random = new(5);
        for (int i = 0; i < 20_000; i++)
        {
            List<byte> bytes = [.. good];
            for (int edits = random.Next(1, 4); edits > 0; edits--)
            {
                int at = random.Next(bytes.Count);
                switch (random.Next(4))
                {
                    case 0:
                        bytes.RemoveRange(at, Math.Min(random.Next(1, 40), bytes.Count - at));
                        break;
                    case 1:
                        bytes.Insert(at, (byte)"\n 0A=+\u00ff\t"[random.Next(8)]);
                        break;
                    case 2:
                        bytes[at] = (byte)random.Next(256);
                        break;
                    default:
                        bytes.InsertRange(at, [.. bytes.Skip(random.Next(bytes.Count)).Take(50)]);
                        break;
                }
            }

            byte[] edited = [.. bytes];
            if (TlogProof.TryParse(edited, out TlogProof? proof, out TlogProofError? error))
            {
                Assert.Equal(edited, proof.Format());
            }
            else
            {
                Assert.InRange(error.Line, 1, 1000);
            }
        }
    }

    private static TlogProof ProofOf(int index, ReadOnlySpan<byte> extra = default)
    {
        CheckpointNoteWriter writer = new(Signer);
        byte[] note = new byte[writer.MaxLength];
        int length = writer.Write(Size, Reference.TreeHash(Leaves), note);
        return TlogProof.Create((ulong)index, MerkleProof.Inclusion((ulong)index, Size, new LeafArray(Leaves)), note.AsSpan(0, length), extra);
    }

    private static byte[] Sign(byte[] body, Ed25519Signer signer)
    {
        byte[] signature = new byte[4 + 64];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(signature, signer.KeyId);
        signer.Sign(body, signature.AsSpan(4));
        return [.. body, .. Encoding.UTF8.GetBytes($"\n— {signer.Name} {Convert.ToBase64String(signature)}\n")];
    }

    private static TlogProof Parse(byte[] file)
    {
        Assert.True(TlogProof.TryParse(file, out TlogProof? proof, out TlogProofError? error), error?.ToString());
        return proof;
    }
}
