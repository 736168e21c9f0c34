using System.Globalization;
using System.Net;
using System.Text;

namespace Floodwall.Load.Reporting;

/// <summary>Draws lines over linear or logarithmic axes as SVG.</summary>
internal static class LineSvg
{
    private const int Width = 860;
    private const int Left = 84;
    private const int Right = 24;
    private const int Top = 56;
    private const int PlotHeight = 340;
    private const int BelowPlot = 56;
    private const int LegendRow = 20;

    private static readonly string[] Colours = ["#3b6ea5", "#c1543a", "#4c8c4a", "#8a5aa8", "#b08a1e", "#2f8f8f", "#7a7a7a", "#c05c93"];

    public static string Draw(LinePlot plot)
    {
        PlotLine[] lines = [.. plot.Lines.Select(line => line with { Points = [.. line.Points.Where(point => IsDrawable(plot, point))] })];
        PlotPoint[] points = [.. lines.SelectMany(line => line.Points)];
        AxisScale x = AxisScale.Over(plot.X, points.Select(point => point.X), Left, Width - Right);
        AxisScale y = AxisScale.Over(plot.Y, points.SelectMany(point => (double[])[point.Low, point.Y, point.High]), Top + PlotHeight, Top);
        int height = Top + PlotHeight + BelowPlot + (LegendRow * lines.Length);

        StringBuilder svg = new();
        Add(svg, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {height}\" width=\"{Width}\" height=\"{height}\" font-family=\"system-ui, sans-serif\" font-size=\"13\">");
        Add(svg, $"<rect width=\"{Width}\" height=\"{height}\" fill=\"#ffffff\"/>");
        Add(svg, $"<text x=\"12\" y=\"22\" font-size=\"16\" font-weight=\"600\" fill=\"#1a1a1a\">{Text(plot.Title)}</text>");
        Add(svg, $"<text x=\"12\" y=\"42\" fill=\"#555555\">{Text(plot.Y.Label)}</text>");
        Grid(svg, x, y);
        Add(svg, $"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Top + PlotHeight + 40}\" text-anchor=\"middle\" fill=\"#555555\">{Text(plot.X.Label)}</text>");
        for (int i = 0; i < lines.Length; i++)
        {
            string colour = Colours[i % Colours.Length];
            Line(svg, lines[i], x, y, colour);
            int at = Top + PlotHeight + BelowPlot + (LegendRow * i);
            Add(svg, $"<path d=\"M{Left} {at}h24\" stroke=\"{colour}\" stroke-width=\"2\" fill=\"none\"/>");
            Add(svg, $"<text x=\"{Left + 32}\" y=\"{at + 4}\" fill=\"#1a1a1a\">{Text(lines[i].Name)}</text>");
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static bool IsDrawable(LinePlot plot, PlotPoint point) =>
        double.IsFinite(point.X) && double.IsFinite(point.Y) && double.IsFinite(point.Low) && double.IsFinite(point.High)
        && (!plot.X.Logarithmic || point.X > 0) && (!plot.Y.Logarithmic || (point.Y > 0 && point.Low > 0 && point.High > 0));

    private static void Grid(StringBuilder svg, AxisScale x, AxisScale y)
    {
        foreach (PlotTick tick in x.Ticks)
        {
            Add(svg, $"<line x1=\"{x.At(tick.At):0.#}\" y1=\"{Top}\" x2=\"{x.At(tick.At):0.#}\" y2=\"{Top + PlotHeight}\" stroke=\"#dddddd\"/>");
            Add(svg, $"<text x=\"{x.At(tick.At):0.#}\" y=\"{Top + PlotHeight + 18}\" text-anchor=\"middle\" fill=\"#555555\">{Text(tick.Label)}</text>");
        }

        foreach (PlotTick tick in y.Ticks)
        {
            Add(svg, $"<line x1=\"{Left}\" y1=\"{y.At(tick.At):0.#}\" x2=\"{Width - Right}\" y2=\"{y.At(tick.At):0.#}\" stroke=\"#dddddd\"/>");
            Add(svg, $"<text x=\"{Left - 8}\" y=\"{y.At(tick.At) + 4.5:0.#}\" text-anchor=\"end\" fill=\"#555555\">{Text(tick.Label)}</text>");
        }
    }

    private static void Line(StringBuilder svg, PlotLine line, AxisScale x, AxisScale y, string colour)
    {
        if (line.Points.Count == 0)
        {
            return;
        }

        IEnumerable<string> at = line.Points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{x.At(point.X):0.#} {y.At(point.Y):0.#}"));
        Add(svg, $"<path d=\"M{string.Join('L', at)}\" stroke=\"{colour}\" stroke-width=\"2\" fill=\"none\"/>");
        foreach (PlotPoint point in line.Points)
        {
            Add(svg, $"<circle cx=\"{x.At(point.X):0.#}\" cy=\"{y.At(point.Y):0.#}\" r=\"3\" fill=\"{colour}\"/>");
            if (point.High > point.Low)
            {
                Add(svg, $"<path d=\"M{x.At(point.X):0.#} {y.At(point.Low):0.#}V{y.At(point.High):0.#}\" stroke=\"{colour}\" fill=\"none\"/>");
            }
        }
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private static void Add(StringBuilder svg, FormattableString text) => svg.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
