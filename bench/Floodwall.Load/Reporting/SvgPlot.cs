using System.Globalization;
using System.Net;
using System.Text;

namespace Floodwall.Load.Reporting;

/// <summary>Draws horizontal bars with whiskers as SVG.</summary>
internal static class SvgPlot
{
    private const int Width = 860;
    private const int LabelWidth = 250;
    private const int ValueWidth = 70;
    private const int RowHeight = 26;
    private const int Top = 56;
    private const int Bottom = 34;

    public static string Draw(Plot plot)
    {
        double largest = Math.Max(plot.Bars.Max(bar => bar.High), double.Epsilon);
        double step = AxisScale.NiceStep(largest);
        double scale = (Width - LabelWidth - ValueWidth) / largest;
        int height = Top + (plot.Bars.Count * RowHeight) + Bottom;
        StringBuilder svg = new();
        Add(svg, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {height}\" width=\"{Width}\" height=\"{height}\" font-family=\"system-ui, sans-serif\" font-size=\"13\">");
        Add(svg, $"<rect width=\"{Width}\" height=\"{height}\" fill=\"#ffffff\"/>");
        Add(svg, $"<text x=\"12\" y=\"22\" font-size=\"16\" font-weight=\"600\" fill=\"#1a1a1a\">{Text(plot.Title)}</text>");
        Add(svg, $"<text x=\"12\" y=\"42\" fill=\"#555555\">{Text(plot.Axis)}</text>");
        for (double at = 0; at <= largest; at += step)
        {
            double x = LabelWidth + (at * scale);
            Add(svg, $"<line x1=\"{x:0.#}\" y1=\"{Top}\" x2=\"{x:0.#}\" y2=\"{height - Bottom}\" stroke=\"#dddddd\"/>");
            Add(svg, $"<text x=\"{x:0.#}\" y=\"{height - Bottom + 18}\" text-anchor=\"middle\" fill=\"#555555\">{at.ToString("0.###", CultureInfo.InvariantCulture)}</text>");
        }

        for (int row = 0; row < plot.Bars.Count; row++)
        {
            Row(svg, plot.Bars[row], Top + (row * RowHeight), scale);
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static void Row(StringBuilder svg, PlotBar bar, int y, double scale)
    {
        double middle = y + (RowHeight / 2.0);
        double low = LabelWidth + (bar.Low * scale);
        double high = LabelWidth + (bar.High * scale);
        Add(svg, $"<text x=\"{LabelWidth - 8}\" y=\"{middle + 4.5:0.#}\" text-anchor=\"end\" fill=\"#1a1a1a\">{Text(bar.Label)}</text>");
        Add(svg, $"<rect x=\"{LabelWidth}\" y=\"{y + 5}\" width=\"{Math.Max(bar.Value * scale, 0.5):0.#}\" height=\"{RowHeight - 10}\" fill=\"#3b6ea5\"/>");
        Add(svg, $"<path d=\"M{low:0.#} {middle:0.#}H{high:0.#}M{low:0.#} {middle - 4:0.#}v8M{high:0.#} {middle - 4:0.#}v8\" stroke=\"#1a1a1a\" fill=\"none\"/>");
        Add(svg, $"<text x=\"{Math.Max(high, LabelWidth + (bar.Value * scale)) + 6:0.#}\" y=\"{middle + 4.5:0.#}\" fill=\"#1a1a1a\">{Figures.Of(bar.Value)}</text>");
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private static void Add(StringBuilder svg, FormattableString text) => svg.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
