using System.Diagnostics;

namespace Floodwall.Ledger.Tests.Storage;

/// <summary>What every storage must make of a file that is to become a segment, or is to go by another name.</summary>
public sealed class ReusedSegmentTests : IDisposable
{
    private const int SegmentBytes = 4 << 20;

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData("disk", SegmentBytes)]
    [InlineData("disk", 100_001)]
    [InlineData("disk", 0)]
    [InlineData("memory", SegmentBytes)]
    [InlineData("memory", 0)]
    [InlineData("fault", SegmentBytes)]
    [InlineData("fault", 100_001)]
    [InlineData("fault", 0)]
    public void An_old_file_becomes_zeros_of_a_segments_length_under_the_new_name_alone(string kind, int oldBytes)
    {
        ILedgerStorage storage = Make(kind);
        string folder = Folder(storage), old = Path.Combine(folder, "old"), path = Path.Combine(folder, "one.seg");
        WriteOld(storage, old, oldBytes);
        using (IMappedSegment? made = storage.ReuseSegment(old, path, SegmentBytes))
        {
            Assert.NotNull(made);
            Assert.Equal(SegmentBytes, made.Length);
            Assert.Equal(-1, SegmentMemory.Slice(made.Address, 0, made.Length).IndexOfAnyExcept((byte)0));
            Assert.Equal(-1, Read(storage, path).AsSpan().IndexOfAnyExcept((byte)0));
            Assert.Equal([new StoredFile("one.seg", SegmentBytes)], storage.List(folder));
            made.Populate(0, made.Length);
            SegmentMemory.Slice(made.Address, SegmentBytes - 3, 3).Fill(7);
            made.Sync(SegmentBytes - 3, 3);
        }

        Assert.Equal([0, 7, 7, 7], Read(storage, path).AsSpan(SegmentBytes - 4).ToArray());
    }

    [Fact]
    public void A_large_old_file_is_zeros_to_its_end()
    {
        ILedgerStorage storage = Make("disk");
        const int Large = 96 << 20;
        string folder = Folder(storage), old = Path.Combine(folder, "old"), path = Path.Combine(folder, "one.seg");
        WriteOld(storage, old, Large);
        using IMappedSegment made = storage.ReuseSegment(old, path, Large)!;
        Assert.Equal(-1, SegmentMemory.Slice(made.Address, 0, Large).IndexOfAnyExcept((byte)0));
    }

    [Fact]
    public void On_Linux_it_stays_the_same_file_with_blocks_for_all_of_it()
    {
        ILedgerStorage storage = Make("disk");
        string folder = Folder(storage), old = Path.Combine(folder, "old"), path = Path.Combine(folder, "one.seg");
        WriteOld(storage, old, SegmentBytes);
        long[] before = Stat(old);
        using IMappedSegment made = storage.ReuseSegment(old, path, SegmentBytes)!;
        long[] after = Stat(path);
        Assert.Equal(before[0], after[0]);
        Assert.True(after[1] * after[2] >= SegmentBytes);
    }

    [Theory]
    [InlineData("disk")]
    [InlineData("memory")]
    [InlineData("fault")]
    public void A_longer_file_is_left_as_it_is(string kind)
    {
        ILedgerStorage storage = Make(kind);
        AssertLeft(storage, Path.Combine(Folder(storage), "old"), SegmentBytes + 1);
    }

    [Fact]
    public void Without_Linux_calls_every_file_is_left_as_it_is() =>
        AssertLeft(new FileLedgerStorage(linux: false), Path.Combine(Folder(FileLedgerStorage.Instance), "old"), SegmentBytes);

    [Fact]
    public void A_file_that_goes_by_two_names_is_left_as_it_is()
    {
        ILedgerStorage storage = Make("disk");
        string old = Path.Combine(Folder(storage), "old"), backup = _temp.Of("backup");
        WriteOld(storage, old, SegmentBytes);
        using (Process link = Process.Start("ln", [old, backup]))
        {
            link.WaitForExit();
            Assert.Equal(0, link.ExitCode);
        }

        byte[] content = File.ReadAllBytes(backup);
        AssertLeft(storage, old);
        Assert.Equal(content, File.ReadAllBytes(backup));
    }

    [Fact]
    public void What_a_link_points_to_is_left_as_it_is()
    {
        ILedgerStorage storage = Make("disk");
        string old = Path.Combine(Folder(storage), "old"), target = _temp.Of("target");
        WriteOld(storage, target, SegmentBytes);
        File.CreateSymbolicLink(old, target);
        AssertLeft(storage, old);
    }

    [Theory]
    [InlineData("disk")]
    [InlineData("portable")]
    [InlineData("memory")]
    [InlineData("fault")]
    public void A_file_moves_to_another_folder_in_place_of_what_stood_there(string kind)
    {
        ILedgerStorage storage = kind == "portable" ? new FileLedgerStorage(linux: false) : Make(kind);
        string folder = Folder(storage), other = _temp.Of("deep/other");
        storage.CreateFolder(other, ownerOnly: false);
        string from = Path.Combine(folder, "old"), to = Path.Combine(other, "new");
        WriteOld(storage, from, 5);
        WriteOld(storage, to, 9);
        storage.Move(from, to);
        Assert.Empty(storage.List(folder));
        Assert.Equal([new StoredFile("new", 5)], storage.List(other));

        Assert.Contains(from, Assert.Throws<FileNotFoundException>(() => storage.Move(from, to)).Message, StringComparison.Ordinal);
        Assert.Equal([new StoredFile("new", 5)], storage.List(other));
        IOException nowhere = Assert.ThrowsAny<IOException>(() => storage.Move(to, _temp.Of("deep/none/new")));
        Assert.IsNotType<FileNotFoundException>(nowhere);
        Assert.Equal([new StoredFile("new", 5)], storage.List(other));
    }

    [Fact]
    public void A_file_does_not_move_to_another_file_system()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Directory.Exists("/dev/shm"), "needs Linux and /dev/shm");
        ILedgerStorage storage = Make("disk");
        string from = Path.Combine(Folder(storage), "old");
        WriteOld(storage, from, 5);
        string to = "/dev/shm/floodwall-" + Guid.NewGuid().ToString("N");
        IOException failure = Assert.Throws<IOException>(() => storage.Move(from, to));
        Assert.Contains(to, failure.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(from));
    }

    private static void AssertLeft(ILedgerStorage storage, string old, int oldBytes)
    {
        WriteOld(storage, old, oldBytes);
        AssertLeft(storage, old);
    }

    private static void AssertLeft(ILedgerStorage storage, string old)
    {
        byte[] content = Read(storage, old);
        string path = Path.Combine(Path.GetDirectoryName(old)!, "one.seg");
        Assert.Null(storage.ReuseSegment(old, path, SegmentBytes));
        Assert.Equal(content, Read(storage, old));
        Assert.Null(storage.OpenRead(path));
    }

    private static void WriteOld(ILedgerStorage storage, string path, int bytes)
    {
        byte[] content = new byte[bytes];
        content.AsSpan().Fill(0xA5);
        using IFileWriter file = storage.CreateFile(path);
        file.Write(content);
        file.Sync();
    }

    private static byte[] Read(ILedgerStorage storage, string path)
    {
        using IFileReader reader = storage.OpenRead(path)!;
        byte[] content = new byte[reader.Length];
        for (int done = 0; done < content.Length;)
        {
            int read = reader.Read(done, content.AsSpan(done));
            Assert.NotEqual(0, read);
            done += read;
        }

        return content;
    }

    /// <summary>Number of the file's inode, its blocks, bytes of one.</summary>
    private static long[] Stat(string path)
    {
        using Process stat = Process.Start(new ProcessStartInfo("stat", ["-c", "%i %b %B", path]) { RedirectStandardOutput = true })!;
        return [.. stat.StandardOutput.ReadToEnd().Split().Where(word => word.Length > 0).Select(long.Parse)];
    }

    private ILedgerStorage Make(string kind)
    {
        Assert.SkipUnless(
            kind != "disk" || (OperatingSystem.IsLinux() && new DriveInfo(_temp.Path).DriveFormat != "tmpfs"),
            "needs Linux, and a file system for temporary files that zeroes them in place");
        return kind switch
        {
            "disk" => FileLedgerStorage.Instance,
            "fault" => new FaultLedgerStorage(),
            _ => new MemoryLedgerStorage(),
        };
    }

    private string Folder(ILedgerStorage storage)
    {
        string folder = _temp.Of("deep/folder");
        storage.CreateFolder(folder, ownerOnly: false);
        return folder;
    }
}
