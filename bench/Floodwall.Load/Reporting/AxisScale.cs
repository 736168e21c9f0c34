using System.Globalization;

namespace Floodwall.Load.Reporting;

/// <summary>Maps an axis's values to pixels and marks it.</summary>
internal sealed class AxisScale
{
    private readonly bool _logarithmic;
    private readonly double _low;
    private readonly double _high;
    private readonly double _from;
    private readonly double _to;

    private AxisScale(bool logarithmic, double low, double high, double from, double to)
    {
        _logarithmic = logarithmic;
        (_low, _high, _from, _to) = (low, high, from, to);
    }

    /// <summary>The marks, all within the axis.</summary>
    public required IReadOnlyList<PlotTick> Ticks { get; init; }

    /// <summary>An axis over values: whole decades where it is logarithmic (without marks of its own), from 0 where it is not.</summary>
    /// <param name="axis">The axis.</param>
    /// <param name="values">All that has to lie on it; positive where it is logarithmic.</param>
    /// <param name="from">The pixel of its start.</param>
    /// <param name="to">The pixel of its end.</param>
    public static AxisScale Over(PlotAxis axis, IEnumerable<double> values, double from, double to)
    {
        double[] all = [.. values.Concat(axis.Ticks?.Select(tick => tick.At) ?? [])];
        double least = all.DefaultIfEmpty(1).Min();
        double most = all.DefaultIfEmpty(1).Max();
        return axis.Logarithmic ? Logarithmic(axis, least, most, from, to) : Linear(axis, least, most, from, to);
    }

    /// <summary>The pixel of a value.</summary>
    public double At(double value) => _from + ((Position(value) - _low) / (_high - _low) * (_to - _from));

    private double Position(double value) => _logarithmic ? Math.Log10(value) : value;

    private static AxisScale Logarithmic(PlotAxis axis, double least, double most, double from, double to)
    {
        double low = axis.Ticks is null ? Math.Floor(Math.Log10(least)) : Math.Log10(least);
        double high = axis.Ticks is null ? Math.Ceiling(Math.Log10(most)) : Math.Log10(most);
        high = high > low ? high : low + 1;
        double every = Math.Ceiling((high - low) / 12);
        IEnumerable<double> decades = Enumerable.Range(0, (int)Math.Floor((high - low) / every) + 1).Select(i => Math.Pow(10, low + (i * every)));
        return new AxisScale(logarithmic: true, low, high, from, to) { Ticks = axis.Ticks ?? [.. decades.Select(at => new PlotTick(at, Label(at)))] };
    }

    private static AxisScale Linear(PlotAxis axis, double least, double most, double from, double to)
    {
        double low = Math.Min(least, 0);
        double high = Math.Max(most, 0);
        high = high > low ? high : low + 1;
        double step = NiceStep(high - low);
        int first = (int)Math.Ceiling(low / step);
        int last = (int)Math.Floor((high / step) + 1e-9);
        return new AxisScale(logarithmic: false, low, high, from, to)
        {
            Ticks = axis.Ticks ?? [.. Enumerable.Range(first, last - first + 1).Select(i => new PlotTick(i * step, Label(i * step)))],
        };
    }

    /// <summary>1, 2 or 5 times a power of ten, for 4 to 10 marks over a range.</summary>
    internal static double NiceStep(double range)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(range / 4)));
        double ratio = range / 4 / power;
        return power * (ratio >= 5 ? 5 : ratio >= 2 ? 2 : 1);
    }

    private static string Label(double value) => Math.Abs(value) switch
    {
        >= 1e9 => Short(value / 1e9) + " G",
        >= 1e6 => Short(value / 1e6) + " M",
        >= 1e4 => Short(value / 1e3) + " k",
        _ => Short(value),
    };

    private static string Short(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}
