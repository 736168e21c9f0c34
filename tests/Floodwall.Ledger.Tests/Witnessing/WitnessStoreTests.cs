using System.Text;
using Floodwall.Crypto;

namespace Floodwall.Ledger.Tests.Witnessing;

public sealed class WitnessStoreTests
{
    private static readonly ModelLog Log = new();
    private static readonly LedgerPaths Paths = TestLedger.Paths;

    [Fact]
    public void Cosignatures_gather_until_the_quorum_is_met_and_are_kept_with_the_ledger()
    {
        MemoryLedgerStorage storage = new();
        WitnessStore store = Open(storage);
        byte[] note = Log.Note(20);
        Assert.Equal(PolicyStatus.QuorumNotMet, store.Expect(note).Status);
        Assert.Equal(PolicyStatus.QuorumNotMet, Apply(store, WitnessBench.Cosign(0, note))!.Status);
        Assert.Equal(0ul, store.WitnessedSize);
        Assert.DoesNotContain(Paths.Witnessed, storage.Paths);

        // A process of its own, days later.
        store = Open(storage);
        PolicyVerdict met = Apply(store, WitnessBench.Cosign(2, note))!;
        Assert.Equal(["w0", "w2"], met.Cosignatures.Select(c => c.Witness.Name));
        Assert.True(met.IsMet);
        Assert.Equal(20ul, store.WitnessedSize);
        Assert.Equal(20ul, Open(storage).WitnessedSize);
        Assert.True(WitnessStore.Judge(TestLedger.Folder, WitnessBench.Policy(2, 3), files: storage).IsMet);
        Assert.Equal(PolicyStatus.QuorumNotMet, WitnessStore.Judge(TestLedger.Folder, WitnessBench.Policy(3, 3), files: storage).Status);

        // A late one joins them.
        Assert.Equal(3, Apply(store, WitnessBench.Cosign(1, note))!.Cosignatures.Count);
        Assert.True(WitnessStore.Judge(TestLedger.Folder, WitnessBench.Policy(3, 3), files: storage).IsMet);
    }

    [Fact]
    public void What_is_witnessed_never_gives_way_to_less()
    {
        MemoryLedgerStorage storage = new();
        WitnessStore store = Open(storage);
        byte[] small = Log.Note(20);
        byte[] large = Log.Note(30);
        store.Expect(small);
        Apply(store, WitnessBench.Cosign(0, small));
        store.Expect(large);
        Apply(store, WitnessBench.Cosign(0, large) + WitnessBench.Cosign(1, large));
        Assert.Equal(30ul, store.WitnessedSize);
        byte[] kept = storage.ReadAll(Paths.Witnessed);

        // Asked for afterwards: an older checkpoint, and another of the same size.
        Assert.Throws<LedgerForkException>(() => store.Expect(small));
        Assert.Throws<LedgerForkException>(() => store.Expect(new ModelLog(1).Note(30)));
        Assert.Throws<LedgerForkException>(() => Open(storage).Expect(small));

        // A larger one that too few cosigned does not displace it.
        byte[] larger = Log.Note(40);
        store.Expect(larger);
        Apply(store, WitnessBench.Cosign(0, larger));
        Assert.Equal(30ul, store.WitnessedSize);
        Assert.Equal(kept, storage.ReadAll(Paths.Witnessed));

        // Nor does it where the ledger was rolled back behind it and the old answer comes again.
        storage.WriteAll(Paths.Cosigning, small);
        Apply(store, WitnessBench.Cosign(0, small) + WitnessBench.Cosign(1, small));
        Assert.Equal(30ul, store.WitnessedSize);
        Assert.Equal(kept, storage.ReadAll(Paths.Witnessed));
    }

    [Fact]
    public void Two_witnessed_roots_at_one_size_are_refused()
    {
        MemoryLedgerStorage storage = new();
        WitnessStore store = Open(storage);
        byte[] one = Log.Note(30);
        byte[] other = new ModelLog(1).Note(30);
        store.Expect(one);
        Apply(store, WitnessBench.Cosign(0, one) + WitnessBench.Cosign(1, one));
        storage.WriteAll(Paths.Cosigning, other);
        Assert.Throws<LedgerForkException>(() => Apply(store, WitnessBench.Cosign(0, other) + WitnessBench.Cosign(1, other)));
    }

    [Fact]
    public void Unknown_witnesses_are_ignored_and_false_cosignatures_refused_whole()
    {
        MemoryLedgerStorage storage = new();
        WitnessStore store = Open(storage);
        byte[] note = Log.Note(20);
        store.Expect(note);
        Assert.Null(Apply(store, WitnessBench.Cosign(4, note)));
        string wrong = WitnessBench.Cosign(1, Log.Note(21));
        Assert.Throws<CosignatureException>(() => Apply(store, wrong));
        Assert.Throws<CosignatureException>(() => Apply(store, WitnessBench.Cosign(0, note) + wrong));
        Assert.Throws<CosignatureException>(() => Apply(store, ""));
        Assert.Throws<CosignatureException>(() => Apply(store, "junk"));
        Assert.Empty(store.Expect(note).Cosignatures);
        Assert.Equal("w0", Assert.Single(Apply(store, WitnessBench.Cosign(4, note) + WitnessBench.Cosign(0, note))!.Cosignatures).Witness.Name);
    }

    [Fact]
    public void Of_one_witness_the_latest_cosignature_is_kept_however_often_it_cosigns()
    {
        MemoryLedgerStorage storage = new();
        WitnessStore store = Open(storage);
        byte[] note = Log.Note(20);
        store.Expect(note);
        for (ulong i = 0; i < 300; i++)
        {
            Apply(store, WitnessBench.Cosign(0, note, 1000 + (i * 7 % 300)));
        }

        Assert.Equal(1299ul, Assert.Single(store.Expect(note).Cosignatures).Timestamp);
        Assert.True(SignedNote.TryParse(storage.ReadAll(Paths.Cosigning), out SignedNote? kept, out _));
        Assert.Equal(2, kept.Signatures.Count);
    }

    [Fact]
    public void Only_checkpoints_of_the_ledger_go_to_witnesses()
    {
        WitnessStore store = Open(new MemoryLedgerStorage());
        Assert.Throws<LedgerKeyException>(() => store.Expect(WitnessBench.Note(5, Log.Root(5), TestLedger.OtherSigner)));
        Assert.Throws<LedgerKeyException>(() => store.Expect("junk"u8));
    }

    [Fact]
    public void A_policy_without_witnesses_does_not_give_up_what_others_cosigned()
    {
        MemoryLedgerStorage storage = new();
        WitnessStore store = Open(storage);
        byte[] note = Log.Note(20);
        store.Expect(note);
        Apply(store, WitnessBench.Cosign(0, note) + WitnessBench.Cosign(1, note));
        TrustPolicy none = TrustPolicy.Parse(Encoding.UTF8.GetBytes($"log {TestLedger.Signer.VerifierKey}\nquorum none\n"), "none");
        new WitnessStore(Paths, none, [TestLedger.Signer.VerifierKey], storage).Expect(Log.Note(30));
        Assert.Equal(20ul, Open(storage).WitnessedSize);
    }

    [Fact]
    public void A_failing_disk_keeps_the_old_and_says_so()
    {
        MemoryLedgerStorage memory = new();
        FaultyStorage storage = new(memory);
        WitnessStore store = new(Paths, WitnessBench.Policy(2, 3), [TestLedger.Signer.VerifierKey], storage);
        byte[] note = Log.Note(20);
        store.Expect(note);
        storage.Before = (step, path) =>
        {
            if (step == "replace" && path == Paths.Witnessed)
            {
                throw new IOException("the disk failed");
            }
        };
        Assert.Throws<IOException>(() => Apply(store, WitnessBench.Cosign(0, note) + WitnessBench.Cosign(1, note)));
        Assert.Equal(0ul, store.WitnessedSize);
        storage.Before = null;
        Assert.True(Apply(store, WitnessBench.Cosign(0, note) + WitnessBench.Cosign(1, note))!.IsMet);
        Assert.Equal(20ul, store.WitnessedSize);
    }

    [Fact]
    public void Verification_and_reopening_do_not_mind_what_witnesses_leave_in_the_folder()
    {
        MemoryLedgerStorage storage = TestLedger.SmallSealed();
        byte[] note = storage.ReadAll(Paths.Checkpoint);
        WitnessStore store = Open(storage);
        store.Expect(note);
        Apply(store, WitnessBench.Cosign(0, note) + WitnessBench.Cosign(1, note));
        Assert.Equal(VerificationStatus.Good, TestLedger.Verify(storage).Status);
        using (LedgerWriter writer = TestLedger.Open(storage))
        {
            TestLedger.AppendMany(writer, 10, 10);
            writer.Close();
        }

        Assert.Equal(VerificationStatus.Good, TestLedger.Verify(storage).Status);
        PolicyVerdict verdict = WitnessStore.Judge(TestLedger.Folder, WitnessBench.Policy(2, 3), files: storage);
        Assert.True(verdict.IsMet);
        TreeHead pinned = new(verdict.Checkpoint!.Size, verdict.Checkpoint.Root);
        VerificationReport report = LedgerVerifier.Verify(
            TestLedger.Folder, TestLedger.Signer.VerifierKey, new VerifyOptions { Files = storage, Pinned = [pinned] });
        Assert.Equal(VerificationStatus.Good, report.Status);
        Assert.True(report.SignedSize > verdict.Checkpoint.Size);
    }

    [Fact]
    public void Every_flipped_bit_of_what_is_kept_loses_the_quorum_or_changes_nothing()
    {
        MemoryLedgerStorage storage = new();
        WitnessStore store = Open(storage);
        byte[] note = Log.Note(20);
        store.Expect(note);
        Apply(store, WitnessBench.Cosign(0, note) + WitnessBench.Cosign(1, note));
        byte[] good = storage.ReadAll(Paths.Witnessed);
        TrustPolicy policy = WitnessBench.Policy(2, 3);
        for (int bit = 0; bit < good.Length * 8; bit++)
        {
            byte[] bad = [.. good];
            bad[bit / 8] ^= (byte)(1 << (bit % 8));
            storage.WriteAll(Paths.Witnessed, bad);
            Assert.False(WitnessStore.Judge(TestLedger.Folder, policy, files: storage).IsMet, $"bit {bit}");
            Assert.Equal(0ul, Open(storage).WitnessedSize);
        }
    }

    private static WitnessStore Open(ILedgerStorage storage) =>
        new(Paths, WitnessBench.Policy(2, 3), [TestLedger.Signer.VerifierKey], storage);

    private static PolicyVerdict? Apply(WitnessStore store, string lines) => store.Apply(Encoding.UTF8.GetBytes(lines));
}
