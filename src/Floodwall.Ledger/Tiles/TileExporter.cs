using System.Runtime.InteropServices;
using Floodwall.Crypto;

namespace Floodwall.Ledger;

/// <summary>
/// Lays a ledger out as C2SP tlog-tiles, for any web server to serve: tiles, entry bundles, and last the checkpoint, so that a reader
/// never sees a checkpoint without what it covers. A tile goes out only once the link behind its bundle confirms it and after the
/// links gave the signed root. An interrupted export is taken up by the next.
/// </summary>
public sealed class TileExporter
{
    private readonly TileFolder _folder;
    private readonly TileTower _tower;
    private readonly TreeHead _head;
    private readonly ulong _keepBelow;
    private readonly BundleHasher _hasher = new();
    private readonly MerkleFrontier _frontier = new();
    private readonly Hash256[] _leaves = new Hash256[LedgerLimits.EntriesPerBundle];

    // The bundle last read: it is written when the next one's link vouches for it, and by then the scanner has moved on.
    private readonly byte[] _bytes = new byte[LedgerLimits.MaxBundleBytes];
    private int _length;
    private int _width;

    private TileExporter(TileFolder folder, TreeHead head, ulong keepBelow)
    {
        _folder = folder;
        _tower = new TileTower(folder, _hasher);
        _head = head;
        _keepBelow = keepBelow;
    }

    private ulong Bundle => _frontier.Size / LedgerLimits.EntriesPerBundle;

    /// <summary>Exports the entries under the published checkpoint.</summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="folder">Where the tiles go; made where it is absent. Partial tiles of earlier exports stay.</param>
    /// <param name="options">Settings, or null.</param>
    /// <exception cref="LedgerForkException">The folder holds a checkpoint that this ledger does not continue; nothing was written.</exception>
    /// <exception cref="LedgerCorruptException">The log is not what was signed; the checkpoint in the folder was left alone.</exception>
    /// <exception cref="LedgerLockedException">Another export is writing to the folder.</exception>
    /// <exception cref="InvalidDataException">
    /// The folder lies within the ledger's own, or holds a file <c>checkpoint</c> that is none of this log; nothing was written.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was stopped; the checkpoint in the folder was left alone.</exception>
    /// <exception cref="IOException">A file could not be read or written.</exception>
    public static TileExportReport Export(LedgerProver ledger, string folder, TileExportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        options ??= new TileExportOptions();
        RequireOutside(ledger.Directory, folder);
        using BundleScanner scanner = ledger.NewScanner();
        if (scanner.Pruned is { } pruned)
        {
            throw new InvalidDataException($"entries 0 to {pruned.Size - 1} were pruned; tiles are exported from a whole ledger");
        }

        using TileFolder output = TileFolder.Open(folder);
        byte[]? before = output.ReadCheckpoint();
        TreeHead previous = before is null ? new TreeHead(0, MerkleHash.EmptyRoot) : ReadPrevious(before, ledger.Genesis, folder);
        RequireContinues(ledger, previous, folder);

        TileExporter exporter = new(output, ledger.Head, options.CompareAll ? 0 : previous.Size);
        exporter.Run(scanner, options);
        if (before is null || !ledger.Note.Span.SequenceEqual(before) || output.Written > 0)
        {
            output.Publish(ledger.Note.Span);
        }

        return new TileExportReport(ledger.Head, previous.Size, output.Written, output.Kept, output.BytesWritten);
    }

    /// <summary>The ledger's folder has a checkpoint of its own, which its writer replaces; an export must not put an older one in its place.</summary>
    private static void RequireOutside(string ledger, string folder)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (full == ledger || full.StartsWith(ledger + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{full} lies within the ledger's folder {ledger}; tiles must go outside of it");
        }
    }

    private static TreeHead ReadPrevious(byte[] note, GenesisEntry genesis, string folder)
    {
        if (!SignedNote.TryParse(note, out SignedNote? signed, out string? error) || !Checkpoint.TryParse(signed.Text, out Checkpoint? checkpoint, out error))
        {
            throw new InvalidDataException($"{folder}/checkpoint: no checkpoint, so this is no folder of tiles: {error}");
        }

        return checkpoint.Origin == genesis.Origin
            ? new TreeHead(checkpoint.Size, checkpoint.Root)
            : throw new InvalidDataException($"{folder}/checkpoint: tiles of '{checkpoint.Origin}' are in this folder; the ledger is '{genesis.Origin}'");
    }

    /// <summary>Reads all links, which must give the signed root, and compares the root at the size exported before.</summary>
    private static void RequireContinues(LedgerProver ledger, TreeHead previous, string folder)
    {
        if (previous.Size > ledger.Head.Size)
        {
            throw new LedgerForkException(
                $"{folder}/checkpoint covers {previous.Size} entries, but the ledger's covers {ledger.Head.Size}: the ledger was rolled back");
        }

        Hash256 root = ledger.Root(previous.Size);
        if (root != previous.Root)
        {
            throw new LedgerForkException(
                $"{folder}/checkpoint states the root {previous.Root.ToBase64()} over {previous.Size} entries, but the ledger's is "
                + $"{root.ToBase64()}: it is another history");
        }
    }

    private void Run(BundleScanner scanner, TileExportOptions options)
    {
        while (_frontier.Size + (ulong)_width < _head.Size && scanner.Next())
        {
            options.Cancellation.ThrowIfCancellationRequested();
            if (scanner.Bundle > 0)
            {
                LinkEntry.TryDecode(scanner.Bytes.Slice(EntryFrame.HeaderBytes, LinkEntry.PayloadBytes), out LinkEntry link);
                PutFull(link.PreviousDigest);
                options.Progress?.Invoke(_frontier.Size);
            }

            _width = (int)Math.Min(_head.Size - scanner.FirstIndex, (ulong)scanner.Count);
            scanner.Bytes.CopyTo(_bytes);
            _length = scanner.Bytes.Length;
        }

        PutLast(scanner);
        _tower.PutPartial();
        options.Progress?.Invoke(_head.Size);
    }

    /// <summary>Writes the bundle last read, which its link vouches for.</summary>
    private void PutFull(Hash256 root)
    {
        string tile = TilePath.Hashes(0, Bundle, TilePath.FullWidth);
        string entries = TilePath.Entries(Bundle, TilePath.FullWidth);
        bool unchanging = _frontier.Size + LedgerLimits.EntriesPerBundle <= _keepBelow;
        if (!unchanging || !_folder.TryKeep(tile, TilePath.FullWidth * Hash256.Size, entries, _length))
        {
            _hasher.HashLeaves(_bytes.AsSpan(0, _length), TilePath.FullWidth, _leaves);
            if (_hasher.Root(_leaves) != root)
            {
                throw Changed($"their digest is not the one that the link behind them states, {root.ToBase64()}");
            }

            _folder.Put(tile, MemoryMarshal.AsBytes<Hash256>(_leaves));
            _folder.Put(entries, _bytes.AsSpan(0, _length));
        }

        _frontier.AppendSubtree(root, BundleHasher.Height);
        _tower.Append(root);
    }

    /// <summary>Writes the last bundle, for which the signed root alone vouches.</summary>
    private void PutLast(BundleScanner scanner)
    {
        if (_frontier.Size + (ulong)_width < _head.Size)
        {
            throw new LedgerCorruptException(
                scanner.Problem?.Message ?? $"entry {scanner.NextIndex} is missing: the log ends here, but {_head.Size} entries were signed", scanner.NextIndex);
        }

        if (_width == 0)
        {
            return;
        }

        int bytes = _hasher.HashLeaves(_bytes.AsSpan(0, _length), _width, _leaves);
        Hash256 bundle = _hasher.Root(_leaves.AsSpan(0, _width));
        if (_frontier.RootWithPartial(bundle) != _head.Root)
        {
            throw Changed($"the root over {_head.Size} entries is not {_head.Root.ToBase64()}, which was signed");
        }

        _folder.Put(TilePath.Hashes(0, Bundle, _width), MemoryMarshal.AsBytes<Hash256>(_leaves.AsSpan(0, _width)));
        _folder.Put(TilePath.Entries(Bundle, _width), _bytes.AsSpan(0, bytes));
        if (_width == TilePath.FullWidth)
        {
            _tower.Append(bundle);
        }
    }

    private LedgerCorruptException Changed(string what) => new(
        $"entries {_frontier.Size} to {_frontier.Size + (ulong)_width - 1} (bundle {Bundle}): {what}; the export stopped before them", _frontier.Size);
}
