using System.Text;
using Floodwall.Crypto;

namespace Floodwall.Ledger.Tests.Witnessing;

public sealed class QuorumWitnessTests
{
    [Fact]
    public void A_growing_ledger_is_witnessed_by_two_of_three_and_over_restarts()
    {
        MemoryLedgerStorage storage = new();
        CheckpointWitness[] services = [.. Enumerable.Range(0, 3).Select(i => WitnessBench.Open(storage, i))];
        using LedgerWriter writer = TestLedger.Open(storage);
        Direct[] ways = [new(services[0]), new(services[1]), new(services[2]) { Fails = true }];
        QuorumWitness quorum = Open(storage, 2, ways);
        for (int round = 0; round < 12; round++)
        {
            if (round % 4 == 3)
            {
                // The log's side starts anew and has to be told the sizes.
                quorum = Open(storage, 2, ways);
            }

            TestLedger.AppendMany(writer, 70 + round, 30);
            writer.Publisher.Publish(writer.SealTip());
            Assert.True(quorum.Witness(storage.ReadAll(TestLedger.Paths.Checkpoint), TestContext.Current.CancellationToken));
            Assert.Equal(writer.SignedSize, quorum.WitnessedSize);
            Assert.Equal(writer.SignedSize, services[0].Latest(TestLedger.Signer.Name)!.Value.Size);
            Assert.True(quorum.Witness(storage.ReadAll(TestLedger.Paths.Checkpoint), TestContext.Current.CancellationToken));
        }

        Assert.True(WitnessStore.Judge(TestLedger.Folder, WitnessBench.Policy(2, 3), files: storage).IsMet);
        Assert.Equal(VerificationStatus.Good, TestLedger.Verify(storage).Status);
    }

    [Fact]
    public void Too_few_answers_are_no_quorum_and_later_ones_complete_it()
    {
        MemoryLedgerStorage storage = TestLedger.SmallSealed();
        byte[] note = storage.ReadAll(TestLedger.Paths.Checkpoint);
        Direct[] ways = [.. Enumerable.Range(0, 3).Select(i => new Direct(WitnessBench.Open(storage, i)) { Fails = i > 0 })];
        using QuorumWitness quorum = Open(storage, 2, ways);
        Assert.False(quorum.Witness(note, TestContext.Current.CancellationToken));
        Assert.Equal(0ul, quorum.WitnessedSize);
        Assert.Equal(2, quorum.Replies.Values.Count(reply => reply.Outcome == WitnessOutcome.Failed));
        ways[2].Fails = false;
        Assert.True(quorum.Witness(note, TestContext.Current.CancellationToken));
        Assert.Equal(1, ways[0].Asked);
    }

    [Fact]
    public void A_witness_that_never_answers_does_not_hold_up_a_quorum()
    {
        MemoryLedgerStorage storage = TestLedger.SmallSealed();
        byte[] note = storage.ReadAll(TestLedger.Paths.Checkpoint);
        Direct[] ways = [.. Enumerable.Range(0, 3).Select(i => new Direct(WitnessBench.Open(storage, i)) { Hangs = i == 1 })];
        using QuorumWitness quorum = Open(storage, 2, ways);
        Assert.True(quorum.Witness(note, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Cancelling_ends_a_wait()
    {
        MemoryLedgerStorage storage = TestLedger.SmallSealed();
        byte[] note = storage.ReadAll(TestLedger.Paths.Checkpoint);
        Direct[] ways = [.. Enumerable.Range(0, 2).Select(i => new Direct(WitnessBench.Open(storage, i)) { Hangs = true })];
        using QuorumWitness quorum = Open(storage, 2, ways);
        using CancellationTokenSource cancel = new();
        foreach (Direct way in ways)
        {
            way.WhenAsked = cancel.Cancel;
        }

        Assert.ThrowsAny<OperationCanceledException>(() => quorum.Witness(note, cancel.Token));
    }

    [Fact]
    public void A_ledger_put_back_to_an_older_state_is_told_so_by_the_witness()
    {
        MemoryLedgerStorage storage = new();
        CheckpointWitness service = WitnessBench.Open(new MemoryLedgerStorage());
        MemoryLedgerStorage old;
        using (LedgerWriter writer = TestLedger.Open(storage))
        {
            TestLedger.AppendMany(writer, 50, 30);
            writer.Publisher.Publish(writer.SealTip());
            old = storage.Clone();
            TestLedger.AppendMany(writer, 50, 30);
            writer.Close();
        }

        using QuorumWitness first = Open(storage, 1, [new(service)]);
        Assert.True(first.Witness(storage.ReadAll(TestLedger.Paths.Checkpoint), TestContext.Current.CancellationToken));

        using QuorumWitness rolledBack = Open(old, 1, [new(service)]);
        Assert.False(rolledBack.Witness(old.ReadAll(TestLedger.Paths.Checkpoint), TestContext.Current.CancellationToken));
        Assert.Equal(WitnessOutcome.Rollback, rolledBack.Replies.Values.Single().Outcome);

        // It goes on in another way, beyond what the witness knows.
        using (LedgerWriter writer = TestLedger.Open(old))
        {
            TestLedger.AppendMany(writer, 90, 31);
            writer.Close();
        }

        using QuorumWitness forked = Open(old, 1, [new(service)]);
        Assert.False(forked.Witness(old.ReadAll(TestLedger.Paths.Checkpoint), TestContext.Current.CancellationToken));
        Assert.Equal(WitnessOutcome.Fork, forked.Replies.Values.Single().Outcome);
        Assert.Equal(0ul, forked.WitnessedSize);
    }

    [Theory]
    [InlineData(200, "text/plain", "", WitnessOutcome.Failed)]
    [InlineData(200, "text/plain", "junk\n", WitnessOutcome.Failed)]
    [InlineData(200, "text/plain", "— witness.example/w0 AAAAAAAA\n", WitnessOutcome.Failed)]
    [InlineData(409, "text/x.tlog.size", "", WitnessOutcome.Failed)]
    [InlineData(409, "text/x.tlog.size", "5", WitnessOutcome.Failed)]
    [InlineData(409, "text/x.tlog.size", "-5\n", WitnessOutcome.Failed)]
    [InlineData(409, "text/x.tlog.size", "99999999999999999999999\n", WitnessOutcome.Failed)]
    [InlineData(409, "text/x.tlog.size", "18446744073709551615\n", WitnessOutcome.Rollback)]
    [InlineData(409, "text/x.tlog.size", "0\n", WitnessOutcome.Fork)]
    [InlineData(409, "text/x.tlog.size", "7\n", WitnessOutcome.Fork)]
    [InlineData(409, "text/plain", "another root\n", WitnessOutcome.Fork)]
    [InlineData(422, null, "", WitnessOutcome.Fork)]
    [InlineData(403, null, "no\u001b[31m\n", WitnessOutcome.NotTrusted)]
    [InlineData(404, null, "no\n", WitnessOutcome.NotTrusted)]
    [InlineData(302, null, "", WitnessOutcome.Failed)]
    [InlineData(500, null, "oops", WitnessOutcome.Failed)]
    public void Whatever_a_witness_answers_is_an_outcome(int status, string? contentType, string body, WitnessOutcome expected)
    {
        MemoryLedgerStorage storage = TestLedger.SmallSealed();
        using QuorumWitness quorum = Open(storage, 1, [new(null) { Answer = new WitnessAnswer(status, contentType, Encoding.UTF8.GetBytes(body)) }]);
        Assert.False(quorum.Witness(storage.ReadAll(TestLedger.Paths.Checkpoint), TestContext.Current.CancellationToken));
        WitnessReply reply = quorum.Replies.Values.Single();
        Assert.Equal(expected, reply.Outcome);
        Assert.DoesNotContain(reply.Message, char.IsControl);
    }

    [Fact]
    public void Entries_that_are_not_those_of_the_checkpoint_are_sent_to_nobody()
    {
        MemoryLedgerStorage storage = TestLedger.SmallSealed();
        string segment = TestLedger.Paths.Segment(0);
        byte[] bytes = storage.ReadAll(segment);
        bytes[^1] ^= 1;
        storage.WriteAll(segment, bytes);
        Direct way = new(null);
        using QuorumWitness quorum = Open(storage, 1, [way]);
        Assert.Throws<LedgerCorruptException>(() => quorum.Witness(storage.ReadAll(TestLedger.Paths.Checkpoint), TestContext.Current.CancellationToken));
        Assert.Equal(0, way.Asked);
    }

    [Fact]
    public void Witnesses_that_cannot_be_a_quorum_are_refused_from_the_start()
    {
        Assert.Throws<ArgumentException>(() => new QuorumWitness(TestLedger.Paths, WitnessBench.Policy(2, 3)));
        Assert.Throws<ArgumentException>(() => new HttpWitnessTransport("ftp://x"));
        Assert.Throws<ArgumentException>(() => new HttpWitnessTransport("nowhere"));
    }

    [Fact]
    public void A_request_is_what_the_witness_expects_from_any_older_size()
    {
        MemoryLedgerStorage storage = TestLedger.SmallSealed();
        WitnessRequestBuilder builder = new(TestLedger.Paths, storage: storage);
        List<byte[]> entries = TestLedger.ReadAll(storage);
        foreach (ulong old in new ulong[] { 1, 100, 255, 256, 257, builder.Size })
        {
            Assert.True(AddCheckpointRequest.TryParse(builder.Build(old).ToBytes(), out AddCheckpointRequest? request, out _));
            Hash256[] proof = [.. request.Proof];
            Assert.True(MerkleProof.VerifyConsistency(
                old,
                builder.Size,
                proof,
                Hash256.Read(NaiveTree.Root(entries, 0, (int)old)),
                Hash256.Read(NaiveTree.Root(entries))));
        }

        Assert.Empty(builder.Build(0).Proof);
        Assert.Throws<ArgumentOutOfRangeException>(() => builder.Build(builder.Size + 1));
    }

    private static QuorumWitness Open(ILedgerStorage storage, int threshold, Direct[] ways)
    {
        TrustPolicy policy = WitnessBench.Policy(threshold, ways.Length);
        return new QuorumWitness(
            TestLedger.Paths, policy, policy.Witnesses.Zip(ways).ToDictionary(pair => pair.First, IWitnessTransport (pair) => pair.Second), storage);
    }

    /// <summary>A witness without a network.</summary>
    private sealed class Direct(CheckpointWitness? witness) : IWitnessTransport
    {
        private int _asked;

        public bool Fails { get; set; }

        public bool Hangs { get; init; }

        public Action? WhenAsked { get; set; }

        public WitnessAnswer? Answer { get; init; }

        public int Asked => _asked;

        public async Task<WitnessAnswer> AddCheckpointAsync(ReadOnlyMemory<byte> body, CancellationToken cancellation)
        {
            Interlocked.Increment(ref _asked);
            WhenAsked?.Invoke();
            if (Fails)
            {
                throw new IOException("out of reach");
            }

            if (Hangs)
            {
                await Task.Delay(Timeout.Infinite, cancellation);
            }

            if (Answer is not null)
            {
                return Answer;
            }

            WitnessResponse response = witness!.AddCheckpoint(body.Span);
            return new WitnessAnswer(response.Status, response.ContentType.Split(';')[0], response.Body);
        }
    }
}
