using System.Globalization;

namespace Floodwall.Ledger;

/// <summary>Names of tiles and entry bundles as C2SP tlog-tiles gives them, relative to the log's prefix, with slashes.</summary>
public static class TilePath
{
    /// <summary>Hashes in a full tile, and entries in a full bundle.</summary>
    public const int FullWidth = LedgerLimits.EntriesPerBundle;

    /// <summary>The largest level that a path can name.</summary>
    public const int MaxLevel = 63;

    /// <summary><c>tile/L/N</c> or <c>tile/L/N.p/W</c>.</summary>
    /// <param name="level">0 to <see cref="MaxLevel"/>; hashes of level 0 are leaf hashes.</param>
    /// <param name="index">Index of the tile within its level.</param>
    /// <param name="width">1 to <see cref="FullWidth"/> hashes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The level or the width is out of range.</exception>
    public static string Hashes(int level, ulong index, int width)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(level);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(level, MaxLevel);
        return $"tile/{level.ToString(CultureInfo.InvariantCulture)}/{Place(index, width)}";
    }

    /// <summary><c>tile/entries/N</c> or <c>tile/entries/N.p/W</c>.</summary>
    /// <param name="index">Number of the bundle.</param>
    /// <param name="width">1 to <see cref="FullWidth"/> entries.</param>
    /// <exception cref="ArgumentOutOfRangeException">The width is out of range.</exception>
    public static string Entries(ulong index, int width) => $"tile/entries/{Place(index, width)}";

    /// <summary>Three digits to a path element, all but the last with an x in front: 1234067 is <c>x001/x234/067</c>.</summary>
    private static string Place(ulong index, int width)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, FullWidth);
        string path = (index % 1000).ToString("D3", CultureInfo.InvariantCulture);
        for (ulong rest = index / 1000; rest > 0; rest /= 1000)
        {
            path = $"x{(rest % 1000).ToString("D3", CultureInfo.InvariantCulture)}/{path}";
        }

        return width == FullWidth ? path : $"{path}.p/{width.ToString(CultureInfo.InvariantCulture)}";
    }
}
