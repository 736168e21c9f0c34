namespace Floodwall.Ledger;

/// <summary>
/// Makes segment files, out of old ones where a folder holds some, and takes back those that nobody needs. A disk whose blocks are given
/// out as they are first written to, as those of virtual ones often are, takes the second write to a block far faster than the first
/// (docs/decisions/0011).
/// </summary>
/// <remarks>
/// An old file is renamed into the ledger's own folder before anything is done to it, so ledgers may share a folder of them; and what it
/// held is gone from the disk before it gets a segment's name, so no crash shows old entries as new ones.
/// </remarks>
internal sealed class SegmentSupply
{
    private readonly ILedgerStorage _storage;
    private readonly LedgerPaths _paths;
    private readonly string? _folder;
    private readonly int _most;

    // Old files as they were when the folder was last listed, which is done again when all of them are used up: with many of them a
    // listing for each segment would be what a ledger allocates most of.
    private readonly Queue<string> _known = new();

    /// <param name="storage">The file system.</param>
    /// <param name="paths">The ledger's paths.</param>
    /// <param name="folder">The folder of old segments; null to make all anew and delete what is not needed.</param>
    /// <param name="most">Files that are kept there at most.</param>
    public SegmentSupply(ILedgerStorage storage, LedgerPaths paths, string? folder = null, int most = 0)
    {
        _storage = storage;
        _paths = paths;
        _folder = folder;
        _most = most;
    }

    /// <summary>The supply that the options ask for, with its folder made and tried. The ledger's lock must be held.</summary>
    /// <exception cref="IOException">The folder cannot be made or written to, or files cannot be renamed from it to the ledger's.</exception>
    public static SegmentSupply Open(ILedgerStorage storage, LedgerPaths paths, LedgerOptions options)
    {
        if (options.RecycleDirectory is not { } given)
        {
            return new SegmentSupply(storage, paths);
        }

        string folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(given));
        Try(storage, paths, folder);
        return new SegmentSupply(storage, paths, folder, options.MaxRecycled);
    }

    /// <summary>Makes a segment of zeros, allocated and durable with its name, and maps it. What stood under the name goes.</summary>
    /// <exception cref="DiskFullException">There is no room for it; no file is left behind.</exception>
    public IMappedSegment Make(uint number, int bytes)
    {
        string path = _paths.Segment(number);
        _storage.Delete(path);
        IMappedSegment made = TryReuse(path, bytes) ?? _storage.CreateSegment(path, bytes);
        try
        {
            _storage.SyncFolder(_paths.Segments);
            return made;
        }
        catch
        {
            made.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Takes segment files away that this ledger alone uses: to the folder of old ones where there is one with room, else for good. Their
    /// names are gone at once, and durably with the next sync of the ledger's folder.
    /// </summary>
    /// <returns>How many went to the folder.</returns>
    /// <exception cref="IOException">A file could not be deleted.</exception>
    public int Drop(params IReadOnlyCollection<uint> numbers)
    {
        int room = CountRoom();
        int kept = 0;
        foreach (uint number in numbers)
        {
            if (kept < room && TryKeep(_paths.Segment(number)))
            {
                kept++;
            }
            else
            {
                _storage.Delete(_paths.Segment(number));
            }
        }

        return kept;
    }

    private static bool IsOld(string name) => name.EndsWith(LedgerPaths.RecycledExtension, StringComparison.Ordinal);

    private int CountRoom()
    {
        try
        {
            return _folder is null ? 0 : _most - _storage.List(_folder).Count(file => IsOld(file.Name));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Old files are a matter of speed alone.
            return 0;
        }
    }

    private bool TryKeep(string path)
    {
        try
        {
            // Another ledger may take it from here at once. Should the power go before this ledger's folder is synced, the old name is
            // back only where the new one never was: a rename is one step of the journal that also makes the other's claim durable.
            _storage.Move(path, Path.Combine(_folder!, Guid.NewGuid().ToString("N") + LedgerPaths.RecycledExtension));
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private IMappedSegment? TryReuse(string path, int bytes)
    {
        if (_folder is null)
        {
            return null;
        }

        try
        {
            // What a crash left of an earlier attempt. It may have got its segment's name already, and then only this one goes.
            _storage.Delete(_paths.RecycledSegment);
            for (bool looked = false; _known.Count > 0 || !looked;)
            {
                if (!_known.TryDequeue(out string? name))
                {
                    Look(bytes);
                    looked = true;
                    continue;
                }

                if (!TryClaim(name))
                {
                    continue;
                }

                if (_storage.ReuseSegment(_paths.RecycledSegment, path, bytes) is { } made)
                {
                    return made;
                }

                // Whoever has it by another name, a backup of hard links say, keeps it as it is.
                _storage.Delete(_paths.RecycledSegment);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // One that is made anew says what is wrong with the disk, if anything is. On a full one it needs the room that this takes.
            TryDelete(_storage, _paths.RecycledSegment);
        }

        return null;
    }

    private void Look(int mostBytes)
    {
        foreach (StoredFile old in _storage.List(_folder!).Where(file => IsOld(file.Name) && file.Length <= mostBytes).OrderByDescending(file => file.Length))
        {
            _known.Enqueue(old.Name);
        }
    }

    /// <summary>False where another ledger came first.</summary>
    private bool TryClaim(string name)
    {
        try
        {
            _storage.Move(Path.Combine(_folder!, name), _paths.RecycledSegment);
        }
        catch (FileNotFoundException)
        {
            return false;
        }

        // Nobody may find it there again after a power cut, when it is a segment of this ledger.
        _storage.SyncFolder(_folder!);
        return true;
    }

    private static void Try(ILedgerStorage storage, LedgerPaths paths, string folder)
    {
        string probe = Path.Combine(folder, Guid.NewGuid().ToString("N") + ".probe");
        try
        {
            storage.CreateFolder(folder, ownerOnly: false);
            storage.CreateFile(probe).Dispose();
            storage.Move(probe, paths.RecycledSegment);
            storage.Delete(paths.RecycledSegment);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            TryDelete(storage, probe);
            if (failure is DiskFullException)
            {
                throw;
            }

            throw new IOException(
                $"{folder}: segments cannot be recycled here; a folder that can be written to, on the file system of {paths.Segments}, is needed: {failure.Message}",
                failure);
        }
    }

    /// <summary>For what a failure left behind, which must not be hidden by another.</summary>
    private static void TryDelete(ILedgerStorage storage, string path)
    {
        try
        {
            storage.Delete(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // It stays until the ledger is opened again, or a segment made of the next old file.
        }
    }
}
