using System.Collections.Concurrent;
using Floodwall.Crypto;
using Floodwall.Ledger;

namespace Floodwall.Pipeline.Tests.Flow;

public sealed class WitnessedTierTests
{
    private static readonly WitnessSettings Eager = new(interval: TimeSpan.Zero, closing: TimeSpan.FromSeconds(30));

    [Theory]
    [InlineData(Topology.Fused)]
    [InlineData(Topology.Paired)]
    [InlineData(Topology.Split)]
    [InlineData(Topology.Direct)]
    public async Task A_decision_is_witnessed_once_a_cosigned_checkpoint_covers_it(Topology topology)
    {
        using TempFolder folder = new();
        Hook hook = new();
        using FloodwallPipeline pipeline = Open(folder, hook, Eager, topology);
        for (ulong i = 0; i < 20; i++)
        {
            Decision decision = await pipeline.SubmitAsync(Intent(pipeline, i), AckTier.Witnessed, TestContext.Current.CancellationToken);
            Assert.Equal(AckTier.Witnessed, decision.Tier);
            Assert.True(pipeline.Sizes.Witnessed > decision.EntryIndex);
            Assert.Contains(hook.Sizes, size => size > decision.EntryIndex);
        }

        Assert.Equal(hook.Sizes.Order(), hook.Sizes);
        Assert.Null(pipeline.WitnessFault);
    }

    [Fact]
    public async Task Many_waiters_of_every_tier_each_get_theirs()
    {
        using TempFolder folder = new();
        using FloodwallPipeline pipeline = Open(folder, new Hook(), Eager);
        Task<Decision>[] waits = [.. Enumerable.Range(0, 5000).Select(i =>
            pipeline.SubmitAsync(Intent(pipeline, (ulong)i), (AckTier)(i % 5), TestContext.Current.CancellationToken).AsTask())];
        Decision[] decisions = await Task.WhenAll(waits);
        for (int i = 0; i < decisions.Length; i++)
        {
            Assert.True(decisions[i].Outcome == Outcome.Refused || decisions[i].Tier >= (AckTier)(i % 5), $"{i}: {decisions[i].Tier}");
        }

        Assert.Contains(decisions, d => d.Tier == AckTier.Witnessed);
    }

    [Fact]
    public async Task Without_a_witness_the_tier_is_refused_and_nothing_is_accepted()
    {
        using TempFolder folder = new();
        Recorder told = new();
        FloodwallPipeline pipeline = FloodwallPipeline.Open(TestWall.Options(folder.Sub("ledger"), handler: told));
        Intent intent = Intent(pipeline, 1);
        ArgumentException refused = await Assert.ThrowsAsync<ArgumentException>(async () => await pipeline.SubmitAsync(in intent, AckTier.Witnessed, TestContext.Current.CancellationToken));
        Assert.Contains("WallOptions.Witness", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await pipeline.SubmitAsync(in intent, AckTier.Witnessed + 1, TestContext.Current.CancellationToken));
        pipeline.Close();
        Assert.Empty(told.Told);
        Assert.Equal(0ul, pipeline.Sizes.Witnessed);
    }

    [Fact]
    public void A_witness_without_a_ledger_is_refused()
    {
        WallOptions options = new() { Witness = new Hook() };
        Assert.Throws<ArgumentException>(() => FloodwallPipeline.Open(options));
        Assert.Throws<ArgumentException>(() => Wall.Open(options));
    }

    [Fact]
    public async Task A_failing_witness_fails_nobody_and_waits_go_on_until_it_recovers()
    {
        using TempFolder folder = new();
        using SemaphoreSlim failed = new(0);
        Hook hook = new() { Answer = _ => throw new InvalidOperationException("out of reach"), Asked = () => failed.Release() };
        using FloodwallPipeline pipeline = Open(folder, hook, Eager);
        Task<Decision> wait = pipeline.SubmitAsync(Intent(pipeline, 1), AckTier.Witnessed, TestContext.Current.CancellationToken).AsTask();
        Assert.Equal(AckTier.Signed, (await pipeline.SubmitAsync(Intent(pipeline, 2), AckTier.Signed, TestContext.Current.CancellationToken)).Tier);
        await failed.WaitAsync(TestContext.Current.CancellationToken);
        await failed.WaitAsync(TestContext.Current.CancellationToken);
        Assert.False(wait.IsCompleted);
        Assert.Contains("out of reach", pipeline.WitnessFault?.Message ?? "", StringComparison.Ordinal);
        Assert.Null(pipeline.Fault);

        hook.Answer = _ => false;
        await failed.WaitAsync(TestContext.Current.CancellationToken);
        await failed.WaitAsync(TestContext.Current.CancellationToken);
        Assert.False(wait.IsCompleted);

        // No new checkpoint is needed for the next attempt.
        hook.Answer = _ => true;
        Assert.Equal(AckTier.Witnessed, (await wait).Tier);
        Assert.Null(pipeline.WitnessFault);
    }

    [Fact]
    public async Task A_witness_that_hangs_holds_up_neither_ledger_nor_checkpoints()
    {
        using TempFolder folder = new();
        using ManualResetEventSlim release = new();
        Hook hook = new()
        {
            Answer = _ =>
            {
                release.Wait();
                return true;
            },
        };
        using FloodwallPipeline pipeline = Open(folder, hook, Eager);
        Task<Decision> wait = pipeline.SubmitAsync(Intent(pipeline, 0), AckTier.Witnessed, TestContext.Current.CancellationToken).AsTask();
        for (ulong i = 1; i < 50; i++)
        {
            Assert.Equal(AckTier.Signed, (await pipeline.SubmitAsync(Intent(pipeline, i), AckTier.Signed, TestContext.Current.CancellationToken)).Tier);
        }

        Assert.False(wait.IsCompleted);
        release.Set();
        Assert.Equal(AckTier.Witnessed, (await wait).Tier);
    }

    [Fact]
    public async Task Closing_makes_a_last_attempt()
    {
        using TempFolder folder = new();
        Hook hook = new();
        FloodwallPipeline pipeline = FloodwallPipeline.Open(Options(folder, hook, Eager, new AdmissionSettings(burst: 1e6, releasePerTick: 0)));
        Task<Decision>[] waits = [.. Enumerable.Range(0, 20).Select(i => pipeline.SubmitAsync(Intent(pipeline, (ulong)i), AckTier.Witnessed, TestContext.Current.CancellationToken).AsTask())];

        // They all wait in the queue until closing drains it.
        pipeline.Close();
        Assert.All(await Task.WhenAll(waits), d => Assert.Equal(AckTier.Witnessed, d.Tier));
        Assert.Equal(pipeline.Sizes.Signed, pipeline.Sizes.Witnessed);
    }

    [Fact]
    public async Task Who_waits_in_vain_learns_at_closing_that_Signed_was_reached()
    {
        using TempFolder folder = new();
        Hook hook = new() { Answer = _ => throw new IOException("no route to any witness") };
        FloodwallPipeline pipeline = Open(folder, hook, new WitnessSettings(interval: TimeSpan.Zero, closing: TimeSpan.FromMilliseconds(1)));
        Task<Decision>[] waits = [.. Enumerable.Range(0, 20).Select(i => pipeline.SubmitAsync(Intent(pipeline, (ulong)i), AckTier.Witnessed, TestContext.Current.CancellationToken).AsTask())];
        pipeline.Close();
        foreach (Task<Decision> wait in waits)
        {
            NotWitnessedException failure = await Assert.ThrowsAsync<NotWitnessedException>(() => wait);
            Assert.Contains("Signed was reached", failure.Message, StringComparison.Ordinal);
            Assert.Equal(AckTier.Signed, failure.Decision.Tier);
            Assert.True(failure.Decision.EntryIndex < pipeline.Sizes.Signed);
        }

        Assert.Equal(VerificationStatus.Good, TestWall.Verify(folder.Sub("ledger")).Status);
    }

    [Fact]
    public async Task A_witness_that_ignores_cancellation_does_not_keep_the_wall_from_closing()
    {
        using TempFolder folder = new();
        using ManualResetEventSlim release = new();
        Hook hook = new()
        {
            Answer = _ =>
            {
                release.Wait();
                return false;
            },
        };
        FloodwallPipeline pipeline = Open(folder, hook, new WitnessSettings(interval: TimeSpan.Zero, closing: TimeSpan.Zero));
        Task<Decision> wait = pipeline.SubmitAsync(Intent(pipeline, 1), AckTier.Witnessed, TestContext.Current.CancellationToken).AsTask();
        pipeline.Close();
        await Assert.ThrowsAsync<NotWitnessedException>(() => wait);
        release.Set();
    }

    [Fact]
    public async Task A_reopened_wall_has_witnessed_what_an_earlier_run_left()
    {
        using TempFolder folder = new();
        FloodwallPipeline first = FloodwallPipeline.Open(TestWall.Options(folder.Sub("ledger")));
        await first.SubmitAsync(Intent(first, 1), AckTier.Signed, TestContext.Current.CancellationToken);
        first.Close();

        Hook hook = new();
        using SemaphoreSlim asked = new(0);
        hook.Asked = () => asked.Release();
        using FloodwallPipeline second = Open(folder, hook, Eager);
        await asked.WaitAsync(TestContext.Current.CancellationToken);
        Assert.True(hook.Sizes.First() >= first.Sizes.Signed);
    }

    private static FloodwallPipeline Open(TempFolder folder, ICheckpointWitness hook, WitnessSettings settings, Topology topology = Topology.Auto) =>
        FloodwallPipeline.Open(Options(folder, hook, settings, AdmissionSettings.Unlimited), new PipelineOptions { Topology = topology });

    private static WallOptions Options(TempFolder folder, ICheckpointWitness hook, WitnessSettings settings, AdmissionSettings admission) => new()
    {
        Admission = admission,
        Ledger = new LedgerOptions { Directory = folder.Sub("ledger"), SegmentBytes = LedgerLimits.MinSegmentBytes },
        Signer = TestWall.Signer,
        SymbolCapacity = 4096,
        Witness = hook,
        Witnessing = settings,
    };

    private static Intent Intent(FloodwallPipeline pipeline, ulong id)
    {
        Symbol name = pipeline.Vocabulary.Symbols.Intern("a");
        return new Intent { Id = id, Agent = name, Resource = name };
    }

    /// <summary>A witness by the test's word, which checks that what it is given is a signed checkpoint.</summary>
    private sealed class Hook : ICheckpointWitness
    {
        private Func<ulong, bool> _answer = _ => true;

        public Func<ulong, bool> Answer
        {
            get => Volatile.Read(ref _answer);
            set => Volatile.Write(ref _answer, value);
        }

        public Action? Asked { get; set; }

        public ConcurrentQueue<ulong> Sizes { get; } = [];

        public bool Witness(ReadOnlyMemory<byte> note, CancellationToken cancellation)
        {
            NoteVerification opened = SignedNote.Open(note.Span, [TestWall.Signer.VerifierKey]);
            Assert.True(opened.IsGood);
            Assert.True(Checkpoint.TryParse(opened.Note!.Text, out Checkpoint? checkpoint, out _));
            Sizes.Enqueue(checkpoint.Size);
            try
            {
                return Answer(checkpoint.Size);
            }
            finally
            {
                Asked?.Invoke();
            }
        }
    }
}
