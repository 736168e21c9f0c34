using System.Buffers.Binary;

namespace Floodwall.Ledger.Tests.Storage;

/// <summary>What every storage must do alike: the disk by Linux's calls and by portable ones, and the memory that stands in for it.</summary>
public sealed class StorageContractTests : IDisposable
{
    private const int SegmentBytes = 4 << 20;

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData("disk")]
    [InlineData("portable")]
    [InlineData("memory")]
    public void Segments_are_zero_keep_what_is_stored_and_can_be_trimmed_and_extended(string kind)
    {
        ILedgerStorage storage = Make(kind);
        string path = Path.Combine(Folder(storage), "one.seg");
        using (IMappedSegment segment = storage.CreateSegment(path, SegmentBytes))
        {
            Assert.Equal(SegmentBytes, segment.Length);
            Assert.Equal(-1, SegmentMemory.Slice(segment.Address, 0, segment.Length).IndexOfAnyExcept((byte)0));
            segment.Populate(0, segment.Length);
            SegmentMemory.Slice(segment.Address, 100_000, 5).Fill(7);
            segment.Sync(100_001, 3);
            Assert.Throws<IOException>(() => storage.CreateSegment(path, SegmentBytes));
        }

        storage.Trim(path, 100_003);
        storage.SyncFolder(Path.GetDirectoryName(path)!);
        Assert.Equal([new StoredFile("one.seg", 100_003)], storage.List(Path.GetDirectoryName(path)!));
        using (IMappedSegment segment = storage.OpenSegment(path, SegmentBytes))
        {
            Span<byte> content = SegmentMemory.Slice(segment.Address, 0, segment.Length);
            Assert.Equal([0, 7, 7, 7, 0, 0], content.Slice(99_999, 6).ToArray());
            Assert.Equal(100_000, content.IndexOfAnyExcept((byte)0));
            Assert.Equal(100_002, content.LastIndexOfAnyExcept((byte)0));
        }

        Assert.Throws<InvalidDataException>(() => storage.OpenSegment(path, SegmentBytes / 2));
    }

    [Theory]
    [InlineData("disk")]
    [InlineData("portable")]
    public void A_large_segment_is_zero_to_its_end_and_takes_stores_there(string kind)
    {
        ILedgerStorage storage = Make(kind);
        string path = Path.Combine(Folder(storage), "one.seg");
        const int Large = 96 << 20;
        using IMappedSegment segment = storage.CreateSegment(path, Large);
        Assert.Equal(-1, SegmentMemory.Slice(segment.Address, 0, Large).IndexOfAnyExcept((byte)0));
        SegmentMemory.Slice(segment.Address, Large - 3, 3).Fill(7);
        segment.Sync(Large - 3, 3);
        using IFileReader reader = storage.OpenRead(path)!;
        byte[] end = new byte[4];
        Assert.Equal((Large, 4), (reader.Length, reader.Read(Large - 4, end)));
        Assert.Equal([0, 7, 7, 7], end);
    }

    [Theory]
    [InlineData("disk")]
    [InlineData("portable")]
    [InlineData("memory")]
    public async Task What_is_stored_while_pages_are_synced_and_readied_is_in_the_file(string kind)
    {
        ILedgerStorage storage = Make(kind);
        string path = Path.Combine(Folder(storage), "one.seg");
        using (IMappedSegment segment = storage.CreateSegment(path, SegmentBytes))
        {
            int stored = 0;
            Task syncs = Task.Run(() =>
            {
                for (int from = 0; from < SegmentBytes;)
                {
                    int to = Volatile.Read(ref stored);
                    segment.Sync(from, to - from);
                    segment.Populate(to, Math.Min(1 << 20, SegmentBytes - to));
                    from = to;
                }
            }, TestContext.Current.CancellationToken);
            for (int at = 0; at < SegmentBytes; at += sizeof(int))
            {
                BinaryPrimitives.WriteInt32LittleEndian(SegmentMemory.Slice(segment.Address, at, sizeof(int)), ~at);
                Volatile.Write(ref stored, at + sizeof(int));
            }

            await syncs;
        }

        byte[] content = new byte[SegmentBytes];
        using IFileReader reader = storage.OpenRead(path)!;
        Assert.Equal(content.Length, reader.Read(0, content));
        Assert.DoesNotContain(Enumerable.Range(0, SegmentBytes / sizeof(int)), i => BinaryPrimitives.ReadInt32LittleEndian(content.AsSpan(i * sizeof(int))) != ~(i * sizeof(int)));
    }

    [Theory]
    [InlineData("disk")]
    [InlineData("portable")]
    [InlineData("memory")]
    public void Small_files_are_replaced_whole_and_read_up_to_a_limit(string kind)
    {
        ILedgerStorage storage = Make(kind);
        string path = Path.Combine(Folder(storage), "note");
        Assert.Null(storage.ReadSmallFile(path, 10));
        using IReplaceableFile file = storage.OpenReplaceable(path);
        Assert.Null(storage.ReadSmallFile(path, 10));
        foreach (int length in new[] { 10, 3, 0, 10 })
        {
            file.Replace(new byte[length]);
            Assert.Equal(new byte[length], storage.ReadSmallFile(path, 10));
        }

        Assert.Throws<InvalidDataException>(() => storage.ReadSmallFile(path, 9));
        Assert.Single(storage.List(Path.GetDirectoryName(path)!));
        storage.Delete(path);
        storage.Delete(path);
        Assert.Null(storage.ReadSmallFile(path, 10));
    }

    [Theory]
    [InlineData("disk")]
    [InlineData("portable")]
    [InlineData("memory")]
    public void New_files_never_overwrite_and_locks_exclude(string kind)
    {
        ILedgerStorage storage = Make(kind);
        string folder = Folder(storage);
        string path = Path.Combine(folder, "side.bin");
        using (IFileWriter writer = storage.CreateFile(path))
        {
            writer.Write([1, 2]);
            writer.Write([3]);
            writer.Sync();
        }

        Assert.Throws<IOException>(() => storage.CreateFile(path));
        using (IFileReader reader = storage.OpenRead(path)!)
        {
            byte[] bytes = new byte[5];
            Assert.Equal((3L, 2), (reader.Length, reader.Read(1, bytes)));
            Assert.Equal([2, 3, 0, 0, 0], bytes);
            Assert.Equal(0, reader.Read(9, bytes));
        }

        Assert.Null(storage.OpenRead(Path.Combine(folder, "none")));
        Assert.Empty(storage.List(Path.Combine(folder, "none")));
        using (storage.TryLock(Path.Combine(folder, "lock")))
        {
            Assert.Null(storage.TryLock(Path.Combine(folder, "lock")));
        }

        using IDisposable? again = storage.TryLock(Path.Combine(folder, "lock"));
        Assert.NotNull(again);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_replacement_that_fails_leaves_no_temporary_file(bool linux)
    {
        Assert.SkipUnless(!linux || OperatingSystem.IsLinux(), "Linux system calls");
        string folder = _temp.Of("replace-" + linux);
        Directory.CreateDirectory(Path.Combine(folder, "target", "not-empty"));
        using IReplaceableFile file = new FileLedgerStorage(linux).OpenReplaceable(Path.Combine(folder, "target"));
        Exception failure = Assert.ThrowsAny<SystemException>(() => file.Replace([1, 2, 3]));
        Assert.True(failure is IOException or UnauthorizedAccessException, failure.ToString());
        Assert.Equal([], Directory.GetFiles(folder));
    }

    [Fact]
    public void A_file_where_a_folder_belongs_is_named()
    {
        string file = _temp.Of("in-the-way");
        File.WriteAllText(file, "x");
        IOException failure = Assert.Throws<IOException>(() => FileLedgerStorage.Instance.CreateFolder(file, ownerOnly: false));
        Assert.Contains("a folder is to be made here", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Errors_of_the_system_name_call_path_and_reason()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux system calls");
        string path = _temp.Of("absent/file");
        FileLedgerStorage storage = FileLedgerStorage.Instance;
        foreach (Action attempt in new Action[]
        {
            () => storage.CreateSegment(path, SegmentBytes),
            () => storage.CreateFile(path),
            () => storage.TryLock(path),
            () => storage.Trim(path, 1),
            () => storage.SyncFolder(path),
            () => storage.OpenReplaceable(path).Replace([1]),
        })
        {
            IOException failure = Assert.ThrowsAny<IOException>(attempt);
            Assert.Contains(path, failure.Message, StringComparison.Ordinal);
            Assert.Contains("No such file or directory", failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Segments_on_disk_own_their_blocks()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/stat"), "needs Linux and /usr/bin/stat");
        string path = _temp.Of("one.seg");
        using IMappedSegment segment = FileLedgerStorage.Instance.CreateSegment(path, SegmentBytes);
        Assert.Equal(0, segment.Address % Environment.SystemPageSize);
        using System.Diagnostics.Process stat = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("/usr/bin/stat", ["-c", "%b %B", path]) { RedirectStandardOutput = true })!;
        long[] blocks = [.. stat.StandardOutput.ReadToEnd().Split().Where(word => word.Length > 0).Select(long.Parse)];
        Assert.True(blocks[0] * blocks[1] >= SegmentBytes);
    }

    private static ILedgerStorage Make(string kind) => kind switch
    {
        "disk" => FileLedgerStorage.Instance,
        "portable" => new FileLedgerStorage(linux: false),
        _ => new MemoryLedgerStorage(),
    };

    private string Folder(ILedgerStorage storage)
    {
        string folder = _temp.Of("deep/folder");
        storage.CreateFolder(folder, ownerOnly: true);
        storage.CreateFolder(folder, ownerOnly: true);
        Assert.True(storage.FolderExists(folder));
        return folder;
    }
}
