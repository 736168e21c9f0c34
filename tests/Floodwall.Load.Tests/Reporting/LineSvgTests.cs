using System.Globalization;
using System.Xml.Linq;
using Floodwall.Load.Reporting;

namespace Floodwall.Load.Tests.Reporting;

public sealed class LineSvgTests
{
    [Fact]
    public void Points_stand_where_their_logarithms_put_them()
    {
        // Decades 1 to 1000 by 1 to 100: equal ratios take equal room, upwards is more.
        XElement svg = Draw(logarithmic: true, Line("a", (1, 1), (10, 10), (1000, 100)));
        (double X, double Y)[] at = Circles(svg);
        Assert.Equal((at[2].X - at[0].X) / 3, at[1].X - at[0].X, 0.2);
        Assert.Equal((at[0].Y - at[2].Y) / 2, at[0].Y - at[1].Y, 0.2);
        Assert.True(at[2].Y < at[0].Y);
    }

    [Fact]
    public void Linear_axes_begin_at_0()
    {
        XElement svg = Draw(logarithmic: false, Line("a", (0, 0), (1, 50), (2, 100)));
        (double X, double Y)[] at = Circles(svg);
        Assert.Equal((at[0].X + at[2].X) / 2, at[1].X, 0.2);
        Assert.Equal((at[0].Y + at[2].Y) / 2, at[1].Y, 0.2);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Everything_lies_within_the_picture(bool logarithmic)
    {
        XElement svg = Draw(logarithmic, Line("a", (0.003, 1e-4), (77, 3.2e9)), Line("b", (5, 5)));
        double width = Number(svg, "width");
        double height = Number(svg, "height");
        Assert.All(Circles(svg), at => Assert.True(at.X >= 0 && at.X <= width && at.Y >= 0 && at.Y <= height, $"{at} lies outside"));
        Assert.All(Elements(svg, "text"), text => Assert.InRange(Number(text, "x"), 0, width));
        Assert.All(Elements(svg, "text"), text => Assert.InRange(Number(text, "y"), 0, height));
    }

    [Fact]
    public void What_has_no_place_on_the_axes_is_left_out()
    {
        XElement svg = Draw(logarithmic: true, Line("a", (1, 0), (0, 1), (-1, 1), (1, double.NaN), (double.PositiveInfinity, 1), (10, 10)));
        Assert.Single(Circles(svg));
        Assert.DoesNotContain("NaN", svg.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("∞", svg.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void One_point_and_none_at_all_can_be_drawn()
    {
        Assert.Single(Circles(Draw(logarithmic: true, Line("a", (10, 10)))));
        Assert.Single(Circles(Draw(logarithmic: false, Line("a", (0, 0)))));
        Assert.Empty(Circles(Draw(logarithmic: true)));
        Assert.DoesNotContain("NaN", Draw(logarithmic: true, Line("a", (10, 10))).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Names_are_text_whatever_they_hold()
    {
        XElement svg = Draw(logarithmic: false, Line("<script>&\"'", (1, 1)));
        Assert.Contains(Elements(svg, "text"), text => text.Value == "<script>&\"'");
        Assert.Empty(Elements(svg, "script"));
    }

    [Fact]
    public void Marks_of_its_own_are_shown_in_place_of_round_numbers()
    {
        PlotAxis x = new("percentile", Logarithmic: true, [new PlotTick(2, "p50"), new PlotTick(100, "p99")]);
        XElement svg = XElement.Parse(LineSvg.Draw(new LinePlot("t", x, new PlotAxis("y", true), [Line("a", (2, 1), (100, 5))])));
        Assert.Equal(["p50", "p99"], Elements(svg, "text").Select(text => text.Value).Where(text => text.StartsWith('p') && text.Length == 3));
    }

    [Theory]
    [InlineData(1, 4, 10)]
    [InlineData(7.3, 4, 10)]
    [InlineData(0.00023, 4, 10)]
    [InlineData(99_999, 4, 10)]
    public void Steps_give_a_readable_number_of_marks(double range, int least, int most) =>
        Assert.InRange(Math.Floor(range / AxisScale.NiceStep(range)), least, most);

    private static XElement Draw(bool logarithmic, params PlotLine[] lines) =>
        XElement.Parse(LineSvg.Draw(new LinePlot("title", new PlotAxis("x", logarithmic), new PlotAxis("y", logarithmic), lines)));

    private static PlotLine Line(string name, params (double X, double Y)[] points) =>
        new(name, [.. points.Select(point => new PlotPoint(point.X, point.Y, point.Y, point.Y))]);

    private static IEnumerable<XElement> Elements(XElement svg, string name) => svg.Descendants().Where(element => element.Name.LocalName == name);

    private static (double X, double Y)[] Circles(XElement svg) => [.. Elements(svg, "circle").Select(circle => (Number(circle, "cx"), Number(circle, "cy")))];

    private static double Number(XElement element, string attribute) => double.Parse(element.Attribute(attribute)!.Value, CultureInfo.InvariantCulture);
}
