using Floodwall.Load.Measuring;

namespace Floodwall.Load.Tests.Measuring;

public sealed class LedgerShelfTests
{
    [Fact]
    public void Files_and_folders_go_where_they_take_too_much_and_stay_where_they_do_not()
    {
        using LedgerShelf shelf = new(parent: null, most: 1000, rest: TimeSpan.Zero);
        string folder = shelf.Next();
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, "segment"), new byte[400]);
        string log = shelf.Next();
        File.WriteAllBytes(log, new byte[400]);
        Assert.NotEqual(folder, log);
        Assert.True(Directory.Exists(folder) && File.Exists(log));

        // Counted together: none of the two is too much alone.
        File.WriteAllBytes(log + "-wal", new byte[300]);
        shelf.Next();
        Assert.Empty(Directory.EnumerateFileSystemEntries(shelf.Root));
    }

    [Fact]
    public void A_shelf_leaves_nothing_behind()
    {
        string root;
        using (LedgerShelf shelf = new(parent: null))
        {
            root = shelf.Root;
            File.WriteAllBytes(shelf.Next(), new byte[1]);
        }

        Assert.False(Directory.Exists(root));
    }

    [Fact]
    public void Measuring_the_disk_leaves_no_file()
    {
        using LedgerShelf shelf = new(parent: null);
        Assert.True(DiskSpeed.Measure(shelf.Root, 2 << 20) > 0);
        Assert.Empty(Directory.EnumerateFileSystemEntries(shelf.Root));
    }
}
