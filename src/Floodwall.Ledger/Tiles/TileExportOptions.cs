namespace Floodwall.Ledger;

/// <summary>How to export tiles.</summary>
public sealed record TileExportOptions
{
    /// <summary>Called now and then with the number of entries exported; or null.</summary>
    public Action<ulong>? Progress { get; init; }

    /// <summary>Stops the export between two bundles, without a checkpoint; the next export takes it up.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>
    /// Whether full tiles under the checkpoint exported before are compared byte by byte. Without it they are taken as they are, as
    /// they never change.
    /// </summary>
    public bool CompareAll { get; init; }
}

/// <summary>What an export did.</summary>
/// <param name="Head">Size and root of the checkpoint now in the folder.</param>
/// <param name="PreviousSize">Size of the checkpoint that was there before; 0 where there was none.</param>
/// <param name="Written">Tiles and bundles written.</param>
/// <param name="Kept">Tiles and bundles that were there already.</param>
/// <param name="BytesWritten">Bytes of the tiles and bundles written.</param>
public sealed record TileExportReport(TreeHead Head, ulong PreviousSize, ulong Written, ulong Kept, ulong BytesWritten);
