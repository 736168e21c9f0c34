using Floodwall.Load.Flood;
using Floodwall.Load.Measuring;
using Floodwall.Load.Scenarios;
using Floodwall.Load.Scenarios.Peers;
using Floodwall.Load.Scenarios.Peers.Admission;
using Floodwall.Load.Scenarios.Peers.Append;
using Floodwall.Load.Scenarios.Peers.Queue;
using Floodwall.Load.Scenarios.Stages;
using Floodwall.Pipeline;

namespace Floodwall.Load.Tests.Scenarios.Peers;

public sealed class PeerStagesTests : IDisposable
{
    private static readonly FloodShape Flood = new(50) { Refuses = false };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("floodwall-peers-test-");

    [Fact]
    public void Every_stage_does_its_work_and_notices_work_that_was_not_done()
    {
        using LedgerShelf shelf = new(_folder.FullName);
        foreach (StageKind kind in PeerStages.All(Flood, shelf))
        {
            foreach (long claimed in (long[])[9472, 9728])
            {
                Stage stage = kind.Make();
                using IDisposable? resources = stage as IDisposable;
                stage.Run(9216);
                stage.Run(256);
                if (claimed == 9472)
                {
                    Assert.NotEmpty(stage.Check(claimed));
                }
                else
                {
                    Assert.Throws<WrongAnswerException>(() => stage.Check(claimed));
                }
            }
        }
    }

    [Fact]
    public void A_queue_that_forgets_age_is_noticed_where_age_counts() =>
        Assert.Throws<WrongAnswerException>(() => new QueueStage<PlainHeap>(new FloodBench(Flood), depth => new PlainHeap(depth), keepsAge: true));

    [Fact]
    public void Tokens_are_asked_for_at_the_ticks_of_the_flood_lap_after_lap()
    {
        TickList asked = new(Flood);
        const int Laps = 3;
        for (int i = 0; i < Laps; i++)
        {
            asked.Run(IntentStream.Window - 1);
            asked.Run(1);
        }

        Assert.Equal(Laps * IntentStream.Window, asked.Ticks.Count);
        Assert.All(asked.Ticks.Zip(asked.Ticks.Skip(1)), pair => Assert.InRange(pair.Second - pair.First, 0ul, 1ul));
        double least = (double)Laps * IntentStream.Window / Flood.IntentsPerTick;
        Assert.InRange(asked.Ticks[^1] - asked.Ticks[0] + 1, least, least + Laps);
    }

    [Fact]
    public void Sqlite_is_there_and_holds_rows_in_a_write_ahead_log()
    {
        Assert.Null(SqliteDatabase.Missing);
        string path = Path.Combine(_folder.FullName, "rows.db");
        using SqliteCommandAppend append = new(path);
        append.Run(512);
        Assert.True(new FileInfo(path + "-wal").Length > 0);
        append.Check(512);
    }

    [Fact]
    public void The_curve_over_agents_ends_early_where_memory_is_short()
    {
        using LedgerShelf shelf = new(_folder.FullName);
        using Progress progress = new("test");
        AgentsCurve curve = new(new LoadContext(new LoadOptions { Smoke = true }, progress, shelf));
        Assert.Equal(1_000_000, curve.Counts(smoke: false, AgentsCurve.BytesForAll)[^1]);
        Assert.Empty(curve.Warnings);
        Assert.Equal(100_000, curve.Counts(smoke: false, AgentsCurve.BytesForAll - 1)[^1]);
        Assert.Single(curve.Warnings);
    }

    [Fact]
    public void A_ratio_is_taken_round_by_round_and_shown_beside_its_target()
    {
        Series peer = Rounds("peer", 100, 400, 300);
        Series ours = Rounds("ours", 10, 20, 10);
        Comparison comparison = Comparison.Of("thing", peer, ours, target: 10, stretch: 20);
        Assert.Equal((20.0, 10.0, 30.0), (comparison.Ratio.Median, comparison.Ratio.Min, comparison.Ratio.Max));
        Assert.Equal(20, comparison.Headline.Value);
        Assert.StartsWith("target ×10, stretch ×20; 300 ns against 10.0 ns", comparison.Headline.Remark, StringComparison.Ordinal);
        Assert.Equal(["thing", "×20.0", "×10.0 – ×30.0", "×10", "×20"], Assert.Single(Comparison.Table([comparison]).Rows));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private sealed class TickList(FloodShape shape) : TokenStage(shape)
    {
        public List<ulong> Ticks { get; } = [];

        protected override int Ask(ReadOnlySpan<Intent> intents, ulong lap)
        {
            foreach (ref readonly Intent intent in intents)
            {
                Ticks.Add(lap + intent.SubmittedTick);
            }

            return intents.Length;
        }
    }

    private static Series Rounds(string name, params double[] nanoseconds) => new(name)
    {
        Runs = [.. nanoseconds.Select(one => new Reading { Series = name, Operations = 1_000_000_000, Seconds = one })],
    };
}
