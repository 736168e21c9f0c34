using Floodwall.Load.Measuring;
using Floodwall.Load.Reporting;
using Floodwall.Load.Scenarios.Stages;
using static Floodwall.Load.Scenarios.Stages.StageNames;

namespace Floodwall.Load.Tests.Scenarios;

public sealed class StageBreakdownTests
{
    private const string Pipeline = "Direct: Appended";

    // Medians are ten times what is undisturbed, so that a mixture shows; but those of what is compared with here are more.
    private static readonly (string Name, double Undisturbed)[] Alone =
    [
        (FloodAlone, 1), (Edge, 2), (RingPass, 8), (RingHop, 40), (RingHopYielding, 30), (Admit, 9), (IntakeThrough, 11), (IntakeQueued, 33), (Lanes, 8),
        (Gate, 5), (Gate100, 31), (IfChain, 3), (Encode, 5), (Bundle, 31), (MixedBundle, 38), (Append, 37), (Recording, 17), (Register, 21),
        (Kernel, 7), (LibCrypto, 42), (SingleMessage, 51),
    ];

    private readonly List<Headline> _headlines = new StageBreakdown([.. Series()], clock: 4).Headlines();

    [Fact]
    public void Both_sides_of_a_ratio_are_medians_or_both_are_undisturbed()
    {
        // flood and edge 20, admission 110 - 10, gate 50 - 10, recording 210 - 10
        Assert.Equal(360.0 / 600, Headline("pipeline against its slowest thread").Value, 1e-9);
        Assert.Equal(3 * 70.0 / 600, Headline("hashing efficiency").Value, 1e-9);
        Assert.Equal(4.0 / 2, Headline("gate against an if chain").Value, 1e-9);
        Assert.Equal(42.0 / 7, Headline("hash kernel against libcrypto").Value, 1e-9);
        Assert.Contains("undisturbed alone 36.0 ns, 0.06 of that rate", Headline("pipeline against its slowest thread").Remark, StringComparison.Ordinal);
        Assert.Contains($"undisturbed kernel {Figures.Of(3 * 7.0 / 600)}", Headline("hashing efficiency").Remark, StringComparison.Ordinal);
    }

    [Fact]
    public void The_sum_counts_the_flood_once_and_is_given_in_cycles()
    {
        Assert.Equal(1 + 1 + 10 + 4 + 20, Headline("sum of the stages").Value, 1e-9);
        Assert.StartsWith("144 cycles; ", Headline("sum of the stages").Remark, StringComparison.Ordinal);
        ReportTable table = new StageBreakdown([.. Series()], clock: 4).Cycles();
        Assert.Equal([Gate, "50.0", "5.00", "20"], table.Rows.Single(row => row[0] == Gate));
        Assert.Equal(["360", "36.0", "144"], table.Rows[^1].Skip(1));
    }

    [Fact]
    public void Without_a_clock_and_without_libcrypto_their_figures_are_left_out()
    {
        StageBreakdown breakdown = new([.. Series().Where(one => one.Name != LibCrypto)], clock: null);
        Assert.DoesNotContain(breakdown.Headlines(), headline => headline.Name.Contains("libcrypto", StringComparison.Ordinal));
        Assert.All(breakdown.Cycles().Rows, row => Assert.Equal("", row[3]));
    }

    [Fact]
    public void Every_target_of_this_scenario_finds_its_headline() =>
        Assert.All(Targets.All.Where(target => target.Scenario == "stages"), target => Assert.Contains(_headlines, headline => headline.Name == target.Headline));

    private Headline Headline(string name) => _headlines.Single(headline => headline.Name == name);

    private static IEnumerable<Series> Series() =>
    [
        .. Alone.Select(one => Of(one.Name, (one.Name is IfChain or LibCrypto ? 30 : 10) * one.Undisturbed, one.Undisturbed)),
        Of("Wall, no threads: Appended", 700, null),
        Of(Pipeline, 600, null),
    ];

    private static Series Of(string name, double median, double? undisturbed) =>
        new(name) { Runs = [new Reading { Series = name, Operations = 1000, Seconds = median * 1e-6, Undisturbed = undisturbed }] };
}
