namespace Floodwall.Ledger;

/// <summary>
/// A moment at which the power may go, and what the disk may hold then: whatever was synced, and of everything else any part. Pages,
/// names and lengths that were not synced meet their fates independently of each other. Immutable; images may be made on any thread.
/// </summary>
public sealed class PowerCut
{
    private const int SectorBytes = 512;

    private readonly PinnedBufferPool _pool;
    private readonly string? _bootIdentity;
    private readonly Dictionary<string, Name> _names = [];
    private readonly HashSet<string> _keptFolders;
    private readonly List<string> _unsyncedFolders;

    internal PowerCut(
        PinnedBufferPool pool,
        string? bootIdentity,
        Dictionary<string, FaultFile> present,
        Dictionary<string, FaultFile> onDisk,
        HashSet<string> folders,
        HashSet<string> foldersOnDisk)
    {
        _pool = pool;
        _bootIdentity = bootIdentity is null ? null : bootIdentity + "+1";
        _keptFolders = [.. foldersOnDisk];
        _unsyncedFolders = [.. folders.Except(foldersOnDisk)];
        int unsynced = _unsyncedFolders.Count;
        Dictionary<FaultFile, Frozen> frozen = [];
        foreach (string path in present.Keys.Union(onDisk.Keys))
        {
            Name name = new(
                present.TryGetValue(path, out FaultFile? now) ? Freeze(now) : null,
                onDisk.TryGetValue(path, out FaultFile? then) ? Freeze(then) : null);
            _names.Add(path, name);
            unsynced += name.Now == name.Then ? 0 : 1;
        }

        Unsynced = unsynced;

        Frozen Freeze(FaultFile file)
        {
            if (!frozen.TryGetValue(file, out Frozen? copy))
            {
                copy = new Frozen(file.DiskPages(), file.DiskLength, file.Length, file.Unsynced());
                frozen.Add(file, copy);
                unsynced += copy.Unsynced.Count + (copy.Length == copy.DiskLength ? 0 : 1);
            }

            return copy;
        }
    }

    /// <summary>How many pages, names and lengths were not synced. At 0 there is one image alone.</summary>
    public int Unsynced { get; }

    /// <summary>The storage that a restarted machine finds where everything unsynced meets the same fate.</summary>
    public FaultLedgerStorage Image(UnsyncedFate fate)
    {
        Random random = new(0);
        return Build(() => fate, random);
    }

    /// <summary>The storage that a restarted machine finds where chance decides, for each thing that was not synced, on its own.</summary>
    public FaultLedgerStorage Image(Random random)
    {
        ArgumentNullException.ThrowIfNull(random);

        // How much is lost is drawn first: a fixed rate would make the images with nearly all, nearly nothing or just a page or two
        // lost too rare, and it is the single bad page between good ones that hides best.
        double scale = random.Next(3) switch { 0 => 1, 1 => 0.1, _ => 2.0 / Math.Max(Unsynced, 2) };
        double lost = random.NextDouble() * scale;
        double torn = random.NextDouble() * scale * (1 - lost);
        return Build(
            () =>
            {
                double drawn = random.NextDouble();
                return drawn < lost ? UnsyncedFate.Lost : drawn < lost + torn ? UnsyncedFate.Torn : UnsyncedFate.Kept;
            },
            random);
    }

    private FaultLedgerStorage Build(Func<UnsyncedFate> fate, Random random)
    {
        HashSet<string> folders = [.. _keptFolders];
        folders.UnionWith(_unsyncedFolders.Where(_ => fate() != UnsyncedFate.Lost));
        Dictionary<Frozen, FaultFile> made = [];
        Dictionary<string, FaultFile> files = [];
        foreach ((string path, Name name) in _names)
        {
            Frozen? file = name.Now == name.Then || fate() != UnsyncedFate.Lost ? name.Now : name.Then;
            if (file is null || !folders.Contains(Path.GetDirectoryName(path)!))
            {
                continue;
            }

            if (!made.TryGetValue(file, out FaultFile? image))
            {
                image = Restore(file, fate, random);
                made.Add(file, image);
            }

            files.Add(path, image);
        }

        return new FaultLedgerStorage(new FaultDisk(_pool, files, folders), _bootIdentity);
    }

    private FaultFile Restore(Frozen file, Func<UnsyncedFate> fate, Random random)
    {
        byte[]?[] pages = (byte[]?[])file.Disk.Clone();
        foreach ((int page, byte[]? now) in file.Unsynced)
        {
            pages[page] = fate() switch
            {
                UnsyncedFate.Kept => now,
                UnsyncedFate.Lost => pages[page],
                _ => Tear(pages[page], now, random),
            };
        }

        int length = file.Length == file.DiskLength || fate() != UnsyncedFate.Lost ? file.Length : file.DiskLength;
        return FaultFile.OnDisk(_pool, pages, length);
    }

    /// <summary>A page whose sectors reached the disk up to some point, or from some point on.</summary>
    private static byte[] Tear(byte[]? then, byte[]? now, Random random)
    {
        int at = SectorBytes * random.Next(1, FaultFile.PageBytes / SectorBytes);
        (byte[]? first, byte[]? second) = random.Next(2) == 0 ? (now, then) : (then, now);
        byte[] torn = new byte[FaultFile.PageBytes];
        first?.AsSpan(0, at).CopyTo(torn);
        second?.AsSpan(at).CopyTo(torn.AsSpan(at));
        return torn;
    }

    /// <summary>The file that a name stands for, to processes and to the disk.</summary>
    private sealed record Name(Frozen? Now, Frozen? Then);

    private sealed record Frozen(byte[]?[] Disk, int DiskLength, int Length, List<(int Page, byte[]? Now)> Unsynced);
}
