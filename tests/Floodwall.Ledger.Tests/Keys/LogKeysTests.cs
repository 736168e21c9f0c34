using Floodwall.Crypto;

namespace Floodwall.Ledger.Tests.Keys;

public sealed class LogKeysTests
{
    private static readonly Ed25519Signer[] Chain = [TestLedger.Signer, Of(2), Of(3)];

    [Fact]
    public void Trust_is_led_forward_to_the_key_that_was_due_and_never_back()
    {
        (MemoryLedgerStorage storage, ulong[] sizes) = Ledger();
        for (int trusted = 0; trusted < 3; trusted++)
        {
            for (int at = 0; at < 3; at++)
            {
                SignedNote note = Note(sizes[at], Chain[at]);
                LogKeys keys = new(TestLedger.Paths, [Chain[trusted].VerifierKey], storage);
                Assert.Equal(at >= trusted, note.Open(keys.For(note)).IsGood);
                Assert.True(note.Open(keys.ForKept(note)).IsGood);
            }
        }
    }

    [Fact]
    public void Neither_a_stranger_nor_a_key_out_of_its_time_is_taken()
    {
        (MemoryLedgerStorage storage, ulong[] sizes) = Ledger();
        LogKeys keys = new(TestLedger.Paths, [Chain[0].VerifierKey], storage);
        foreach (SignedNote note in new[]
        {
            Note(sizes[2], Of(9)), Note(sizes[0], Of(9)), Note(10_000, Of(9)), // introduced by no entry
            Note(sizes[2], Chain[1]), // retired by then
            Note(sizes[0], Chain[1]), Note(sizes[1], Chain[2]), // not in force yet
        })
        {
            Assert.False(note.Open(keys.For(note)).IsGood);
            Assert.False(note.Open(keys.ForKept(note)).IsGood);
        }

        // Beyond what the ledger holds any of its keys may have signed: that shows as a rollback, and not as a stranger's.
        SignedNote ahead = Note(10_000, Chain[2]);
        Assert.True(ahead.Open(keys.For(ahead)).IsGood);
        foreach (Ed25519Signer unrelated in new[] { TestLedger.OtherSigner, Of(9) })
        {
            LogKeys others = new(TestLedger.Paths, [unrelated.VerifierKey], storage);
            SignedNote note = Note(sizes[2], Chain[2]);
            Assert.Single(others.For(note));
            Assert.Single(others.ForKept(note));
        }
    }

    [Fact]
    public void A_ledger_that_is_handed_over_meanwhile_is_read_again()
    {
        MemoryLedgerStorage storage = TestLedger.SmallSealed();
        LogKeys keys = new(TestLedger.Paths, [Chain[0].VerifierKey], storage);
        for (int next = 1; next < 3; next++)
        {
            SignedNote early = Note(5_000 + (ulong)next, Chain[next]);
            Assert.False(early.Open(keys.For(early)).IsGood);
            KeyRotation.Rotate(TestLedger.Options, Chain[next - 1], Chain[next], storage);
            SignedNote published = Parse(storage.ReadAll(TestLedger.Paths.Checkpoint));
            Assert.True(published.Open(keys.For(published)).IsGood);
        }

        Assert.Equal(Chain.Select(key => key.VerifierKey.ToString()), LogKeys.InForce(TestLedger.Paths, storage).Select(key => key.ToString()));
    }

    [Fact]
    public void The_ledger_is_not_read_for_a_note_of_a_trusted_key()
    {
        SignedNote note = Note(5, Chain[0]);
        LogKeys keys = new(new LedgerPaths("/nowhere"), [Chain[0].VerifierKey], new FaultyFiles());
        Assert.Same(keys.Trusted, keys.For(note));
        Assert.Same(keys.Trusted, keys.For(Note(5, TestLedger.OtherSigner)));
        Assert.Throws<IOException>(() => keys.For(Note(5, Chain[1])));
    }

    private static Ed25519Signer Of(byte seed) => Ed25519Signer.FromSeed(TestLedger.Signer.Name, [.. Enumerable.Repeat(seed, 32)]);

    private static SignedNote Note(ulong size, Ed25519Signer signer) => Parse(WitnessBench.Note(size, MerkleHash.EmptyRoot, signer));

    private static SignedNote Parse(byte[] bytes)
    {
        Assert.True(SignedNote.TryParse(bytes, out SignedNote? note, out string? error), error);
        return note;
    }

    /// <summary>A ledger of three keys, and its sizes just before each rotation and at its end.</summary>
    private static (MemoryLedgerStorage Storage, ulong[] Sizes) Ledger()
    {
        MemoryLedgerStorage storage = TestLedger.SmallSealed();
        ulong first = KeyRotation.Rotate(TestLedger.Options, Chain[0], Chain[1], storage);
        ulong second = KeyRotation.Rotate(TestLedger.Options, Chain[1], Chain[2], storage);
        return (storage, [first, second, second + 1]);
    }

    private sealed class FaultyFiles : ILedgerFiles
    {
        public bool FolderExists(string path) => throw new IOException("not to be read");

        public IReadOnlyList<StoredFile> List(string folder) => throw new IOException("not to be read");

        public byte[]? ReadSmallFile(string path, int maxBytes) => throw new IOException("not to be read");

        public IFileReader? OpenRead(string path) => throw new IOException("not to be read");
    }
}
