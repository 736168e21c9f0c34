using System.Globalization;
using Floodwall.Load.Measuring;
using Floodwall.Load.Reporting;

namespace Floodwall.Load.Scenarios.Peers;

/// <summary>How many times as much the peer costs as ours, round by round.</summary>
/// <param name="Name">What is compared.</param>
/// <param name="Ratio">Peer ÷ ours: median and spread over the rounds.</param>
/// <param name="Remark">The figures behind it.</param>
/// <param name="Target">What it is meant to reach; null where nothing was set. Printed beside, never asserted.</param>
/// <param name="Stretch">What would be better still.</param>
/// <param name="InIndex">Whether the index over all reports shows it.</param>
internal sealed record Comparison(string Name, Statistics Ratio, string Remark, double? Target = null, double? Stretch = null, bool InIndex = true)
{
    /// <summary>Two interleaved series against each other.</summary>
    public static Comparison Of(string name, Series peer, Series ours, double? target = null, double? stretch = null, bool inIndex = true) => new(
        name,
        PairedRatio.Of(peer, ours),
        $"{Figures.Of(peer.Nanoseconds.Median)} ns against {Figures.Of(ours.Nanoseconds.Median)} ns: {peer.Name}; {ours.Name}",
        target,
        stretch,
        inIndex);

    public Headline Headline => new(Name, Ratio.Median, "×", $"{Aim}{Remark}") { InIndex = InIndex };

    private string Aim => Target is null ? "" : $"target ×{Number(Target)}{(Stretch is null ? "" : $", stretch ×{Number(Stretch)}")}; ";

    public static ReportTable Table(IEnumerable<Comparison> comparisons) => new(
        "Peer ÷ ours, round by round",
        ["", "median", "least – most", "target", "stretch"],
        [
            .. comparisons.Select(IReadOnlyList<string> (one) =>
            [
                one.Name,
                $"×{Figures.Of(one.Ratio.Median)}",
                $"×{Figures.Of(one.Ratio.Min)} – ×{Figures.Of(one.Ratio.Max)}",
                one.Target is null ? "" : $"×{Number(one.Target)}",
                one.Stretch is null ? "" : $"×{Number(one.Stretch)}",
            ]),
        ]);

    private static string Number(double? value) => value?.ToString("0.#", CultureInfo.InvariantCulture) ?? "";
}
