using System.Text;
using Floodwall.Crypto;

namespace Floodwall.Ledger.Tests.Witnessing;

/// <summary>Witnessing a ledger whose signing key was rotated, by policies that name an earlier key.</summary>
public sealed class RotatedWitnessingTests
{
    private static readonly Ed25519Signer First = TestLedger.Signer;
    private static readonly Ed25519Signer Second = Of(2);
    private static readonly Ed25519Signer Third = Of(3);

    [Fact]
    public void A_policy_that_names_any_earlier_key_reaches_the_quorum_again_once_the_witnesses_know_the_new_one()
    {
        MemoryLedgerStorage storage = TestLedger.SmallSealed();
        MemoryLedgerStorage memory = new();
        Ed25519Signer[] chain = [First, Second, Third];
        using QuorumWitness lasting = Open(storage, Policy(First, 1), [() => Witness(memory, chain)]);
        Assert.True(Ask(lasting, storage));
        for (int rotation = 1; rotation < chain.Length; rotation++)
        {
            ulong entry = KeyRotation.Rotate(TestLedger.Options, chain[rotation - 1], chain[rotation], storage);
            byte[] witnessed = storage.ReadAll(TestLedger.Paths.Witnessed);
            using (QuorumWitness untold = Open(storage, Policy(First, 1), [() => Witness(memory, chain[..rotation])]))
            {
                Assert.False(Ask(untold, storage));
                WitnessReply reply = untold.Replies.Values.Single();
                Assert.Equal(WitnessOutcome.NotTrusted, reply.Outcome);
                Assert.Contains($"{chain[rotation].KeyId:x8}", reply.Message, StringComparison.Ordinal);
                Assert.Contains("after a rotation the new one (witness serve --log)", reply.Message, StringComparison.Ordinal);
            }

            // What was witnessed before the rotation still is, by whoever trusts a key of that time.
            Assert.Equal(witnessed, storage.ReadAll(TestLedger.Paths.Witnessed));
            Assert.True(WitnessStore.Judge(TestLedger.Folder, Policy(First, 1), files: storage).IsMet);
            Assert.Equal(rotation == 1, !WitnessStore.Judge(TestLedger.Folder, Policy(Second, 1), files: storage).IsMet);

            Assert.True(Ask(lasting, storage));
            Assert.Equal(entry + 1, lasting.WitnessedSize);
            foreach (Ed25519Signer trusted in chain[..(rotation + 1)])
            {
                PolicyVerdict verdict = WitnessStore.Judge(TestLedger.Folder, Policy(trusted, 1), files: storage);
                Assert.True(verdict.IsMet, verdict.Message);
                Assert.Equal(entry + 1, verdict.Checkpoint!.Size);
                Assert.Equal(lasting.WitnessedSize, new WitnessStore(TestLedger.Paths, Policy(trusted, 1), [trusted.VerifierKey], storage).WitnessedSize);
                Assert.Equal(entry + 1, new WitnessRequestBuilder(TestLedger.Paths, Policy(trusted, 1), storage).Size);
            }
        }

        Assert.Equal(First.VerifierKey.ToString(), new WitnessRequestBuilder(TestLedger.Paths, storage: storage).LogKeys.Single().ToString());
    }

    [Fact]
    public void A_key_that_no_entry_introduces_is_refused()
    {
        MemoryLedgerStorage storage = TestLedger.SmallSealed();
        KeyRotation.Rotate(TestLedger.Options, First, Second, storage);
        int asked = 0;
        foreach (TrustPolicy policy in new[] { Policy(Third, 1), Policy(TestLedger.OtherSigner, 1) })
        {
            using QuorumWitness stranger = Open(storage, policy, [() => { asked++; return Witness(new MemoryLedgerStorage(), First, Second); }]);
            Assert.Throws<LedgerKeyException>(() => Ask(stranger, storage));
            Assert.Throws<LedgerKeyException>(() => new WitnessRequestBuilder(TestLedger.Paths, policy, storage));
            Assert.Equal(PolicyStatus.NoKnownLog, WitnessStore.Judge(TestLedger.Folder, policy, files: storage).Status);
        }

        // Nor one that signs for a ledger that it was never given.
        byte[] published = storage.ReadAll(TestLedger.Paths.Checkpoint);
        Assert.True(SignedNote.TryParse(published, out SignedNote? note, out _) & Checkpoint.TryParse(note!.Text, out Checkpoint? checkpoint, out _));
        storage.WriteAll(TestLedger.Paths.Checkpoint, WitnessBench.Note(checkpoint!.Size, checkpoint.Root, Third));
        using QuorumWitness forged = Open(storage, Policy(First, 1), [() => { asked++; return Witness(new MemoryLedgerStorage(), First, Second, Third); }]);
        Assert.Throws<LedgerKeyException>(() => Ask(forged, storage));
        Assert.Equal(PolicyStatus.NoKnownLog, WitnessStore.Judge(TestLedger.Folder, Policy(First, 1), files: storage).Status);
        Assert.Equal(0, asked);
    }

    [Fact]
    public void A_ledger_put_back_to_before_its_rotation_does_not_replace_what_was_witnessed_after_it()
    {
        MemoryLedgerStorage storage = TestLedger.SmallSealed();
        MemoryLedgerStorage old = storage.Clone();
        KeyRotation.Rotate(TestLedger.Options, First, Second, storage);
        using QuorumWitness quorum = Open(storage, Policy(First, 1), [() => Witness(new MemoryLedgerStorage(), First, Second)]);
        Assert.True(Ask(quorum, storage));
        byte[] witnessed = storage.ReadAll(TestLedger.Paths.Witnessed);
        old.WriteAll(TestLedger.Paths.Witnessed, witnessed);

        // The key that signed it is nowhere in the old ledger; it is not nothing all the same.
        using QuorumWitness back = Open(old, Policy(First, 1), [() => Witness(new MemoryLedgerStorage(), First)]);
        LedgerForkException refused = Assert.Throws<LedgerForkException>(() => Ask(back, old));
        Assert.Contains("rolled back", refused.Message, StringComparison.Ordinal);
        Assert.Equal(witnessed, old.ReadAll(TestLedger.Paths.Witnessed));
    }

    [Theory]
    [InlineData(typeof(InvalidOperationException))]
    [InlineData(typeof(OperationCanceledException))]
    [InlineData(typeof(NullReferenceException))]
    [InlineData(typeof(UnheardOfException))]
    public void Whatever_the_way_to_one_witness_throws_is_that_witness_failure_alone(Type thrown)
    {
        MemoryLedgerStorage storage = TestLedger.SmallSealed();
        CheckpointWitness[] services = [.. Enumerable.Range(0, 2).Select(i => WitnessBench.Open(new MemoryLedgerStorage(), i + 1))];
        using QuorumWitness quorum = Open(
            storage,
            WitnessBench.Policy(3, 3),
            [() => throw (Exception)Activator.CreateInstance(thrown)!, () => services[0], () => services[1]]);
        Assert.False(Ask(quorum, storage));
        WitnessReply[] replies = [.. quorum.Replies.OrderBy(pair => pair.Key.Name, StringComparer.Ordinal).Select(pair => pair.Value)];
        Assert.Equal([WitnessOutcome.Failed, WitnessOutcome.Answered, WitnessOutcome.Answered], replies.Select(reply => reply.Outcome));
        Assert.NotEmpty(replies[0].Message);
        WitnessStore store = new(TestLedger.Paths, WitnessBench.Policy(3, 3), [First.VerifierKey], storage);
        Assert.Equal(2, store.Expect(storage.ReadAll(TestLedger.Paths.Checkpoint)).Cosignatures.Count);
    }

    [Fact]
    public void A_witness_does_not_start_with_the_key_of_its_log()
    {
        CosignatureSigner own = new(First);
        ArgumentException refused = Assert.Throws<ArgumentException>(
            () => CheckpointWitness.Open(own, [First.VerifierKey], "/witness/x", new MemoryLedgerStorage(), WitnessBench.Clock));
        Assert.Contains("a key of its own", refused.Message, StringComparison.Ordinal);
    }

    private static Ed25519Signer Of(byte seed) => Ed25519Signer.FromSeed(First.Name, [.. Enumerable.Repeat(seed, 32)]);

    private static bool Ask(QuorumWitness quorum, MemoryLedgerStorage storage) =>
        quorum.Witness(storage.ReadAll(TestLedger.Paths.Checkpoint), TestContext.Current.CancellationToken);

    private static TrustPolicy Policy(Ed25519Signer log, int threshold) => TrustPolicy.Parse(
        Encoding.UTF8.GetBytes($"log {log.VerifierKey}\nwitness w0 {WitnessBench.Signers[0].Key}\ngroup g {threshold} w0\nquorum g\n"), "policy");

    private static CheckpointWitness Witness(MemoryLedgerStorage memory, params Ed25519Signer[] logs) =>
        WitnessBench.Open(memory, 0, [.. logs.Select(log => log.VerifierKey)]);

    private static QuorumWitness Open(ILedgerStorage storage, TrustPolicy policy, Func<CheckpointWitness>[] ways) => new(
        TestLedger.Paths, policy, policy.Witnesses.Zip(ways).ToDictionary(pair => pair.First, IWitnessTransport (pair) => new Way(pair.Second)), storage);

    /// <summary>A witness that is started anew for each request.</summary>
    private sealed class Way(Func<CheckpointWitness> open) : IWitnessTransport
    {
        public Task<WitnessAnswer> AddCheckpointAsync(ReadOnlyMemory<byte> body, CancellationToken cancellation)
        {
            using CheckpointWitness witness = open();
            WitnessResponse response = witness.AddCheckpoint(body.Span);
            return Task.FromResult(new WitnessAnswer(response.Status, response.ContentType.Split(';')[0], response.Body));
        }
    }

    private sealed class UnheardOfException : Exception;
}
