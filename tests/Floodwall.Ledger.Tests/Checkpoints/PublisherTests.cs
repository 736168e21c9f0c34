using System.Security.Cryptography;
using Floodwall.Crypto;

namespace Floodwall.Ledger.Tests.Checkpoints;

public sealed class PublisherTests
{
    [Fact]
    public void Publishing_goes_sync_then_mark_then_checkpoint_and_moves_the_sizes()
    {
        List<string> steps = [];
        FaultyStorage storage = new(new MemoryLedgerStorage());
        using LedgerWriter writer = TestLedger.Open(storage);
        TestLedger.AppendMany(writer, 5, 10);
        storage.Before = (step, path) => steps.Add($"{step} {Path.GetFileName(path)}");
        writer.Publisher.Durable = size =>
        {
            Assert.Equal((6UL, 1UL), (writer.DurableSize, writer.SignedSize));
            steps.Add($"durable {size}");
        };
        writer.Publisher.Signed = size => steps.Add($"signed {size}");
        TreeHead head = writer.SealTip();
        Assert.Equal((6UL, 1UL, 1UL), (writer.AppendedSize, writer.DurableSize, writer.SignedSize));
        writer.Publisher.Publish(head);
        writer.Publisher.Publish(head);
        Assert.Equal(["sync 00000000.seg", "replace durable", "durable 6", "replace high-water", "replace checkpoint", "signed 6"], steps);
        Assert.Equal((6UL, 6UL, 6UL), (writer.AppendedSize, writer.DurableSize, writer.SignedSize));
    }

    [Theory]
    [InlineData("sync", "00000000.seg", 1, 1)]
    [InlineData("replace", "durable", 1, 1)]
    [InlineData("replace", "high-water", 301, 1)]
    [InlineData("replace", "checkpoint", 301, 1)]
    public void A_failed_step_poisons_for_good(string failing, string file, int durable, int signed)
    {
        MemoryLedgerStorage memory = new();
        FaultyStorage storage = new(memory);
        using LedgerWriter writer = TestLedger.Open(storage);
        TestLedger.AppendMany(writer, 299, 10);
        ulong size = writer.AppendedSize;
        Assert.Equal(301UL, size);
        storage.Before = (step, path) =>
        {
            if (step == failing && path.EndsWith(file, StringComparison.Ordinal))
            {
                throw new IOException($"{path}: injected");
            }
        };
        TreeHead head = writer.SealTip();
        LedgerPoisonedException poisoned = Assert.Throws<LedgerPoisonedException>(() => writer.Publisher.Publish(head));
        Assert.Contains("injected", poisoned.Message, StringComparison.Ordinal);
        storage.Before = null;
        Assert.True(writer.IsPoisoned);
        Assert.Throws<LedgerPoisonedException>(() => writer.Publisher.Publish(head));
        Assert.Throws<LedgerPoisonedException>(() => writer.Begin(0x10, 1, out _));
        Assert.False(writer.HasRoomFor(1));
        Assert.Equal((size, (ulong)durable, (ulong)signed), (writer.AppendedSize, writer.DurableSize, writer.SignedSize));
        writer.Close();

        // What is on disk is still a ledger, and reopening goes on with every entry.
        Assert.Equal(VerificationStatus.Good, TestLedger.Verify(memory).Status);
        using LedgerWriter reopened = TestLedger.Open(memory);
        Assert.Equal(size, reopened.AppendedSize);
        Assert.Equal(file == "checkpoint", reopened.Report.SignedSize == size);
        reopened.Close();
        Assert.Equal(size, TestLedger.Verify(memory).SignedSize);
    }

    [Fact]
    public void Two_roots_at_one_size_are_never_signed()
    {
        MemoryLedgerStorage memory = new();
        using LedgerWriter writer = TestLedger.Open(memory);
        TestLedger.AppendMany(writer, 10, 10);
        TreeHead older = writer.SealTip();
        TestLedger.AppendMany(writer, 10, 10);
        TreeHead head = writer.SealTip();
        writer.Publisher.Publish(head);
        Assert.Throws<LedgerForkException>(() => writer.Publisher.Publish(older));
        Assert.False(writer.IsPoisoned);
        byte[] before = memory.ReadAll(TestLedger.Paths.Checkpoint);
        Assert.Throws<LedgerForkException>(() => writer.Publisher.Publish(head with { Root = older.Root }));
        Assert.True(writer.IsPoisoned);
        Assert.Equal(before, memory.ReadAll(TestLedger.Paths.Checkpoint));
    }

    [Fact]
    public void A_signature_that_does_not_verify_never_leaves_the_process()
    {
        MemoryLedgerStorage memory = new();
        FaultySigner signer = new();
        using LedgerWriter writer = LedgerWriter.Open(TestLedger.Options, signer, memory);
        TestLedger.AppendMany(writer, 10, 10);
        byte[] before = memory.ReadAll(TestLedger.Paths.Checkpoint);
        signer.Broken = true;
        LedgerPoisonedException poisoned = Assert.Throws<LedgerPoisonedException>(() => writer.Publisher.Publish(writer.SealTip()));
        Assert.IsType<CryptographicException>(poisoned.InnerException);
        Assert.Equal(before, memory.ReadAll(TestLedger.Paths.Checkpoint));
        Assert.Equal(before, memory.ReadAll(TestLedger.Paths.HighWater));
    }

    [Fact]
    public void A_publisher_on_another_thread_keeps_up_with_rolling_segments()
    {
        using TempFolder temp = new();
        LedgerOptions options = new() { Directory = temp.Of("ledger"), SegmentBytes = LedgerLimits.MinSegmentBytes };
        using LedgerWriter writer = LedgerWriter.Open(options, TestLedger.Signer);
        using System.Collections.Concurrent.BlockingCollection<TreeHead> heads = new(4);
        List<ulong> signed = [];
        writer.Publisher.Signed = signed.Add;
        Exception? failure = null;
        Thread publisher = new(() =>
        {
            try
            {
                foreach (TreeHead head in heads.GetConsumingEnumerable())
                {
                    writer.Publisher.Publish(head);
                    VerificationReport live = LedgerVerifier.Verify(options.Directory, TestLedger.Signer.VerifierKey);
                    if (live.Status != VerificationStatus.Good || live.SignedSize != head.Size)
                    {
                        throw new InvalidOperationException(live.Message);
                    }
                }
            }
            catch (Exception caught)
            {
                failure = caught;
            }
        });
        publisher.Start();
        for (int round = 0; round < 20; round++)
        {
            TestLedger.AppendMany(writer, 437, 2000);
            heads.Add(writer.SealTip(), TestContext.Current.CancellationToken);
        }

        heads.CompleteAdding();
        publisher.Join();
        Assert.Null(failure);
        Assert.Equal(20, signed.Count);
        Assert.Equal(writer.AppendedSize, writer.SignedSize);
        writer.Close();
        Assert.Equal(VerificationStatus.Good, LedgerVerifier.Verify(options.Directory, TestLedger.Signer.VerifierKey).Status);
    }

    [Fact]
    public void A_checkpoint_that_lagged_behind_the_mark_is_written_anew_on_opening()
    {
        MemoryLedgerStorage memory = new();
        byte[] older;
        using (LedgerWriter writer = TestLedger.Open(memory))
        {
            older = memory.ReadAll(TestLedger.Paths.Checkpoint);
            TestLedger.AppendMany(writer, 10, 10);
            writer.Close();
        }

        memory.WriteAll(TestLedger.Paths.Checkpoint, older);
        Assert.Equal(1UL, TestLedger.Verify(memory).SignedSize);
        using (LedgerWriter writer = TestLedger.Open(memory))
        {
            Assert.True(writer.Report.Republished);
            Assert.Equal(11UL, writer.Report.SignedSize);
        }

        Assert.Equal(11UL, TestLedger.Verify(memory).SignedSize);
    }

    private sealed class FaultySigner : ISigner
    {
        public bool Broken { get; set; }

        public string Name => TestLedger.Signer.Name;

        public uint KeyId => TestLedger.Signer.KeyId;

        public ReadOnlyMemory<byte> PublicKey => TestLedger.Signer.PublicKey;

        public VerifierKey VerifierKey => TestLedger.Signer.VerifierKey;

        public void Sign(ReadOnlySpan<byte> message, Span<byte> signature)
        {
            TestLedger.Signer.Sign(message, signature);
            signature[5] ^= (byte)(Broken ? 1 : 0);
        }
    }
}
