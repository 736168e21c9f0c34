using Floodwall.Ledger.Native;

namespace Floodwall.Ledger;

/// <summary>The folder that tiles are exported to. Every file appears whole, by temporary file and rename, and is left alone where it is right already.</summary>
internal sealed class TileFolder : IDisposable
{
    // One name for all of them, so that an export that was killed leaves no more than one behind, and the next one takes it away.
    private const string TemporaryName = ".tile.tmp";

    private readonly string _root;
    private readonly string _temporary;
    private readonly IDisposable _lock;
    private readonly FileLedgerStorage _storage = FileLedgerStorage.Instance;
    private string? _lastFolder;

    private TileFolder(string root, IDisposable held)
    {
        _root = root;
        _temporary = Path.Combine(root, TemporaryName);
        _lock = held;
    }

    /// <summary>Files written.</summary>
    public ulong Written { get; private set; }

    /// <summary>Bytes written.</summary>
    public ulong BytesWritten { get; private set; }

    /// <summary>Files that were there already.</summary>
    public ulong Kept { get; private set; }

    private string CheckpointFile => Path.Combine(_root, "checkpoint");

    /// <summary>Opens or creates the folder and keeps other exports out of it.</summary>
    /// <exception cref="LedgerLockedException">Another export is at work there.</exception>
    public static TileFolder Open(string root)
    {
        root = Path.GetFullPath(root);
        FileLedgerStorage.Instance.CreateFolder(root, ownerOnly: false);
        string lockFile = Path.Combine(root, ".lock");
        TileFolder folder = new(
            root, FileLedgerStorage.Instance.TryLock(lockFile) ?? throw new LedgerLockedException($"{lockFile}: another export is writing to this folder"));
        folder.DropTemporary();
        return folder;
    }

    /// <summary>The checkpoint exported before, or null.</summary>
    public byte[]? ReadCheckpoint() => _storage.ReadSmallFile(CheckpointFile, LedgerLimits.MaxNoteBytes);

    /// <summary>Whether a tile and its bundle are there with the lengths they must have; then they count as kept.</summary>
    public bool TryKeep(string tile, long tileBytes, string bundle, long bundleBytes)
    {
        bool there = Has(tile, tileBytes) && Has(bundle, bundleBytes);
        Kept += there ? 2u : 0;
        return there;
    }

    /// <summary>Makes a file hold <paramref name="content"/>.</summary>
    public void Put(string path, ReadOnlySpan<byte> content)
    {
        string file = Path.Combine(_root, path);
        FileInfo existing = new(file);
        if (existing.Exists && existing.Length == content.Length && content.SequenceEqual(File.ReadAllBytes(file)))
        {
            Kept++;
            return;
        }

        string folder = Path.GetDirectoryName(file)!;
        if (folder != _lastFolder)
        {
            Directory.CreateDirectory(folder);
            _lastFolder = folder;
        }

        File.WriteAllBytes(_temporary, content);
        File.Move(_temporary, file, overwrite: true);
        Written++;
        BytesWritten += (ulong)content.Length;
    }

    /// <summary>Puts the checkpoint in place once everything that it covers is on disk.</summary>
    public void Publish(ReadOnlySpan<byte> note)
    {
        // One sync for all tiles, of which there may be millions; elsewhere than on Linux there is no such call.
        if (OperatingSystem.IsLinux())
        {
            LinuxFile.SyncFileSystem(_root);
        }

        using IReplaceableFile checkpoint = _storage.OpenReplaceable(CheckpointFile);
        checkpoint.Replace(note);
    }

    /// <summary>Lets others export to the folder. What a failure left half written goes.</summary>
    public void Dispose()
    {
        DropTemporary();
        _lock.Dispose();
    }

    private void DropTemporary()
    {
        PortableFile.TryDelete(_temporary);
        PortableFile.TryDelete(CheckpointFile + ".tmp");
    }

    private bool Has(string path, long length)
    {
        FileInfo file = new(Path.Combine(_root, path));
        return file.Exists && file.Length == length;
    }
}
