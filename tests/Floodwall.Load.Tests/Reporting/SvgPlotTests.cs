using System.Globalization;
using System.Xml.Linq;
using Floodwall.Load.Reporting;

namespace Floodwall.Load.Tests.Reporting;

public sealed class SvgPlotTests
{
    [Fact]
    public void Bars_are_as_long_as_their_values_and_all_lie_within_the_picture()
    {
        XElement svg = XElement.Parse(SvgPlot.Draw(new Plot("t", "ns", [new PlotBar("a", 10, 9, 40), new PlotBar("b", 20, 15, 30), new PlotBar("c", 0, 0, 0)])));
        double width = Number(svg, "width");
        XElement[] bars = [.. Elements(svg, "rect").Skip(1)]; // behind the ground
        Assert.Equal(3, bars.Length);
        Assert.Equal(2 * Number(bars[0], "width"), Number(bars[1], "width"), 0.2);
        Assert.All(bars, bar => Assert.True(Number(bar, "x") + Number(bar, "width") <= width));
        Assert.All(Elements(svg, "text"), text => Assert.InRange(Number(text, "x"), 0, width));
        Assert.Equal(bars.Length, bars.Select(bar => Number(bar, "y")).Distinct().Count());
    }

    [Fact]
    public void Labels_are_text_whatever_they_hold()
    {
        XElement svg = XElement.Parse(SvgPlot.Draw(new Plot("<t>", "a & b", [new PlotBar("\"x\" < y", 1, 1, 1)])));
        Assert.Equal(["<t>", "a & b"], Elements(svg, "text").Take(2).Select(text => text.Value));
        Assert.Contains(Elements(svg, "text"), text => text.Value == "\"x\" < y");
    }

    private static IEnumerable<XElement> Elements(XElement svg, string name) => svg.Descendants().Where(element => element.Name.LocalName == name);

    private static double Number(XElement element, string attribute) =>
        double.Parse(element.Attribute(attribute)?.Value ?? "0", CultureInfo.InvariantCulture);
}
