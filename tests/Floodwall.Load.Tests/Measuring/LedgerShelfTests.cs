using Floodwall.Ledger;
using Floodwall.Load.Flood;
using Floodwall.Load.Measuring;

namespace Floodwall.Load.Tests.Measuring;

public sealed class LedgerShelfTests
{
    [Fact]
    public void Files_and_folders_go_where_they_take_too_much_and_stay_where_they_do_not()
    {
        using LedgerShelf shelf = new(parent: null, most: 1000);
        string folder = shelf.NextPath();
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, "segment"), new byte[400]);
        string log = shelf.NextLog();
        File.WriteAllBytes(log, new byte[400]);
        Assert.NotEqual(folder, log);
        Assert.True(Directory.Exists(folder) && File.Exists(log));

        // Counted together: none of the two is too much alone.
        File.WriteAllBytes(log + "-wal", new byte[300]);
        shelf.NextPath();
        Assert.Empty(Directory.EnumerateFiles(shelf.Root, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void Segments_of_finished_ledgers_become_those_of_later_ones()
    {
        using LedgerShelf shelf = new(parent: null);
        LedgerOptions first = shelf.NextLedger();
        Assert.Equal(0, Write(first));
        LedgerOptions second = shelf.NextLedger();
        Assert.NotEqual(first.Directory, second.Directory);
        Assert.False(File.Exists(new LedgerPaths(first.Directory).Segment(0)));
        int kept = Directory.GetFiles(first.RecycleDirectory!).Length;
        Assert.True(kept > 0);
        Assert.Equal(kept - 1, Write(second));
        Assert.Equal(VerificationStatus.Good, LedgerVerifier.Verify(second.Directory, FloodShape.Signer.VerifierKey).Status);

        // Old segments that are left once the ledger has one.
        static int Write(LedgerOptions options)
        {
            using LedgerWriter ledger = LedgerWriter.Open(options, FloodShape.Signer);
            int left = Directory.GetFiles(options.RecycleDirectory!).Length;
            ledger.Begin(0x10, 8, out _).Fill(1);
            ledger.Commit();
            ledger.Close();
            return left;
        }
    }

    [Fact]
    public void Old_segments_are_made_where_they_are_missing_and_as_far_as_there_is_room()
    {
        using LedgerShelf shelf = new(parent: null, most: LedgerLimits.DefaultSegmentBytes);
        Assert.Equal(LedgerLimits.DefaultSegmentBytes, shelf.Prepare(2 * LedgerLimits.DefaultSegmentBytes));
        Assert.Equal(0, shelf.Prepare(2 * LedgerLimits.DefaultSegmentBytes));
        LedgerOptions options = shelf.NextLedger();
        string old = Assert.Single(Directory.GetFiles(options.RecycleDirectory!));
        Assert.Equal(LedgerLimits.DefaultSegmentBytes, new FileInfo(old).Length);
        using LedgerWriter ledger = LedgerWriter.Open(options, FloodShape.Signer);
        Assert.False(File.Exists(old));
    }

    [Fact]
    public void A_shelf_leaves_nothing_behind()
    {
        string root;
        using (LedgerShelf shelf = new(parent: null))
        {
            root = shelf.Root;
            File.WriteAllBytes(shelf.NextPath(), new byte[1]);
        }

        Assert.False(Directory.Exists(root));
    }

    [Fact]
    public void Measuring_the_disk_leaves_no_file()
    {
        using LedgerShelf shelf = new(parent: null);
        DiskSpeed measured = DiskSpeed.Measure(shelf.Root, 2 << 20);
        Assert.True(measured.First > 0 && measured.Again > 0);
        Assert.Empty(Directory.EnumerateFiles(shelf.Root, "*", SearchOption.AllDirectories));
    }
}
