using Floodwall.Load.Flood;
using Floodwall.Load.Measuring;
using Floodwall.Load.Reporting;
using Floodwall.Load.Scenarios;
using Floodwall.Load.Scenarios.EndToEnd;
using Floodwall.Pipeline;

namespace Floodwall.Load.Tests.Scenarios.EndToEnd;

public sealed class EndToEndTests : IDisposable
{
    private static readonly FloodShape Flood = new(100);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("floodwall-end-to-end-test-");

    [Fact]
    public void Shards_have_agents_and_ledgers_of_their_own_and_decide_everything_between_them()
    {
        using LedgerShelf shelf = new(_folder.FullName);
        ShardedRun run = new(Flood, shelf, shards: 3);
        Reading first = run.Run(3000, 30_001);
        Assert.Equal("Shards: 3 x Direct: Appended", first.Series);
        Assert.Equal(30_000, first.Operations);
        Assert.Equal(3, first.Proof.Split("root ").Skip(1).Select(rest => rest[..10]).Distinct().Count());
        Assert.True(first.Seconds > 0 && first.Figures!.ContainsKey(SigningLog.Checkpoints));
        Assert.Equal(first.Proof, run.Run(3000, 30_001).Proof);
    }

    [Fact]
    public void Walls_that_share_the_agents_name_different_ones()
    {
        string[] Agents(FloodShape shape)
        {
            Vocabulary vocabulary = shape.NewVocabulary();
            return [.. shape.Intern(vocabulary).Agents.Select(agent => vocabulary.Symbols.NameOf(agent))];
        }

        FloodShape half = Flood with { Agents = 50 };
        Assert.Equal(Agents(Flood), Agents(half).Concat(Agents(half with { FirstAgent = 50 })));
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(null, false)]
    [InlineData(Topology.Direct, true)]
    [InlineData(Topology.Split, false)]
    [InlineData(Topology.Split, true, true)]
    public void A_layout_gives_the_tiers_that_it_says(Topology? topology, bool hasLedger, bool isPinned = false)
    {
        using LedgerShelf shelf = new(_folder.FullName);
        WallRun run = new(Flood, shelf);
        WallLayout layout = new(topology, WaitMode.Balanced, hasLedger, IsPinned: isPinned);
        IReadOnlyList<Reading> readings = run.Run(layout, 1000, 5000);
        Assert.Equal(layout.OwnTiers.Select(layout.Series), readings.Select(reading => reading.Series));
        Assert.Equal(hasLedger, readings[0].Figures is not null);
        if (isPinned)
        {
            Assert.Equal(OperatingSystem.IsLinux() ? "3 of 3" : "0 of 3", run.Pinned["Split, pinned"]);
        }
    }

    [Fact]
    public void Only_the_rows_that_were_asked_for_are_run()
    {
        Report report = Smoke("fused: appended");
        Assert.Equal(["Fused: Appended", "Fused: Durable", "Fused: Signed"], report.Series.Select(series => series.Name));
        Assert.Contains("fused: appended", Assert.Single(report.Warnings), StringComparison.Ordinal);
        if (Environment.ProcessorCount > 1)
        {
            Assert.Equal($"Shards: {Environment.ProcessorCount} x Direct: Appended", Assert.Single(Smoke("shards").Series).Name);
        }

        Assert.Throws<ArgumentException>(() => Smoke("no such row"));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private Report Smoke(string only)
    {
        using LedgerShelf shelf = new(_folder.FullName);
        using Progress progress = new("test");
        return new EndToEndScenario().Run(new LoadContext(new LoadOptions { Smoke = true, Only = only, Agents = 100 }, progress, shelf));
    }
}
