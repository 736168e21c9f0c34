namespace Floodwall.Ledger;

/// <summary>
/// Makes segment files, out of old ones where a folder holds some, and takes back those that nobody needs. A disk whose blocks are given
/// out as they are first written to, as most virtual ones are, takes the second write to a block far faster than the first
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

    /// <summary>The supply that the options ask for, with its folder made and tried.</summary>
    /// <exception cref="IOException">The folder cannot be made, or files cannot be renamed from it to the ledger's.</exception>
    public static SegmentSupply Open(ILedgerStorage storage, LedgerPaths paths, LedgerOptions options)
    {
        if (options.RecycleDirectory is not { } given)
        {
            return new SegmentSupply(storage, paths);
        }

        string folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(given));
        storage.CreateFolder(folder, ownerOnly: false);
        SegmentSupply supply = new(storage, paths, folder, options.MaxRecycled);
        supply.Try();
        return supply;
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
    /// Takes a segment file away: to the folder of old ones where there is one with room, else for good. The name is gone at once, and
    /// durably with the next sync of the ledger's folder.
    /// </summary>
    public void Drop(uint number)
    {
        string path = _paths.Segment(number);
        if (_folder is not null && _storage.List(_folder).Count(file => IsOld(file.Name)) < _most)
        {
            try
            {
                _storage.Move(path, Path.Combine(_folder, Guid.NewGuid().ToString("N") + LedgerPaths.RecycledExtension));
                return;
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                // Old files are a matter of speed alone.
            }
        }

        _storage.Delete(path);
    }

    private static bool IsOld(string name) => name.EndsWith(LedgerPaths.RecycledExtension, StringComparison.Ordinal);

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
            foreach (StoredFile old in _storage.List(_folder).Where(file => IsOld(file.Name) && file.Length <= bytes).OrderByDescending(file => file.Length))
            {
                if (TryClaim(old.Name))
                {
                    // Also one of another size, or by another name elsewhere: a backup of hard links keeps its segments as they are.
                    IMappedSegment? made = _storage.ReuseSegment(_paths.RecycledSegment, path, bytes);
                    if (made is null)
                    {
                        _storage.Delete(_paths.RecycledSegment);
                    }

                    return made;
                }
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // One that is made anew says what is wrong with the disk, if anything is.
        }

        return null;
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

    private void Try()
    {
        string probe = Path.Combine(_folder!, Guid.NewGuid().ToString("N") + ".probe");
        _storage.CreateFile(probe).Dispose();
        try
        {
            _storage.Move(probe, _paths.RecycledSegment);
        }
        catch (IOException failure)
        {
            _storage.Delete(probe);
            throw new IOException($"{_folder}: segments cannot be recycled from here, as files cannot be renamed to {_paths.Segments}: {failure.Message}", failure);
        }

        _storage.Delete(_paths.RecycledSegment);
    }
}
