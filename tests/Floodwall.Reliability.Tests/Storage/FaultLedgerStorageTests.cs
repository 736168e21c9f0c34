using System.Runtime.InteropServices;
using Floodwall.Ledger;

namespace Floodwall.Reliability.Tests.Storage;

/// <summary>That the storage which the other tests believe does lose, tear and fail as it says: a model that forgets nothing proves nothing.</summary>
public sealed class FaultLedgerStorageTests
{
    private const string Folder = "/fault";
    private const int Length = 4 << 20;

    private static readonly string Segment = Path.Combine(Folder, "a.seg");

    [Fact]
    public void An_unsynced_page_is_kept_lost_or_torn_and_a_synced_one_stays()
    {
        FaultLedgerStorage storage = Make();
        using IMappedSegment map = storage.CreateSegment(Segment, Length);
        storage.SyncFolder(Folder);
        Fill(map, 0, 4096, 1);
        map.Sync(0, 4096);
        Fill(map, 0, 4096, 2);
        Fill(map, 8192, 4096, 3);
        PowerCut cut = storage.CutPower();
        Assert.Equal(2, cut.Unsynced);
        Assert.Equal((1, 0), First(cut.Image(UnsyncedFate.Lost)));
        Assert.Equal((2, 3), First(cut.Image(UnsyncedFate.Kept)));
        byte[] torn = Read(cut.Image(UnsyncedFate.Torn)).AsSpan(0, 4096).ToArray();
        Assert.Equal([1, 2], torn.Distinct().Order().Select(value => (int)value));
        Assert.Equal(0, torn.AsSpan().IndexOfAnyExcept(torn[0]) % 512);
        HashSet<(int, int)> seen = [];
        for (int seed = 0; seed < 200; seed++)
        {
            seen.Add(First(cut.Image(new Random(seed))));
        }

        Assert.True(seen.IsSupersetOf([(1, 0), (1, 3), (2, 0), (2, 3)]), string.Join(" ", seen));
        Assert.Equal("boot 1+1", cut.Image(UnsyncedFate.Lost).BootIdentity);
    }

    [Fact]
    public void Names_lengths_and_deletions_last_from_the_sync_of_their_folder_or_file_on()
    {
        FaultLedgerStorage storage = Make();
        string path = Path.Combine(Folder, "side.bin");
        using IFileWriter file = storage.CreateFile(path);
        file.Write([1, 2, 3]);
        Assert.Empty(storage.CutPower().Image(UnsyncedFate.Lost).List(Folder));
        storage.SyncFolder(Folder);
        Assert.Equal([new StoredFile("side.bin", 0)], storage.CutPower().Image(UnsyncedFate.Lost).List(Folder));
        file.Sync();
        Assert.Equal([new StoredFile("side.bin", 3)], storage.CutPower().Image(UnsyncedFate.Lost).List(Folder));
        storage.Delete(path);
        Assert.Empty(storage.List(Folder));
        Assert.Single(storage.CutPower().Image(UnsyncedFate.Lost).List(Folder));
        Assert.Empty(storage.CutPower().Image(UnsyncedFate.Kept).List(Folder));
        storage.SyncFolder(Folder);
        Assert.Empty(storage.CutPower().Image(UnsyncedFate.Lost).List(Folder));
    }

    [Fact]
    public void A_replaced_file_is_old_or_new_at_every_step()
    {
        FaultLedgerStorage storage = Make();
        string path = Path.Combine(Folder, "note");
        using IReplaceableFile note = storage.OpenReplaceable(path);
        note.Replace("old"u8);
        List<StorageStep> steps = [];
        HashSet<string> left = [];
        storage.Before = call =>
        {
            steps.Add(call.Step);
            for (int seed = 0; seed < 20; seed++)
            {
                left.Add(System.Text.Encoding.UTF8.GetString(storage.CutPower().Image(new Random(seed)).ReadSmallFile(path, 10)!));
            }
        };
        note.Replace("new"u8);
        Assert.Equal([StorageStep.Create, StorageStep.Write, StorageStep.Sync, StorageStep.Rename, StorageStep.SyncFolder], steps);
        Assert.Equal(["new", "old"], left.Order());
        storage.Before = null;
        Assert.Equal("new"u8.ToArray(), storage.CutPower().Image(UnsyncedFate.Lost).ReadSmallFile(path, 10));
    }

    [Fact]
    public void A_failed_sync_is_reported_once_and_loses_pages_until_they_are_stored_again()
    {
        FaultLedgerStorage storage = Make();
        IMappedSegment map = storage.CreateSegment(Segment, Length);
        storage.SyncFolder(Folder);
        Fill(map, 0, 8192, 5);
        storage.FailCall(storage.CallCount + 1, StorageFault.InputOutput);
        Assert.Contains("injected", Assert.Throws<IOException>(() => map.Sync(0, 8192)).Message, StringComparison.Ordinal);
        Assert.True(storage.HasFailed);
        map.Sync(0, 8192);
        byte[] disk = Read(storage.CutPower().Image(UnsyncedFate.Lost));
        Assert.Equal((5, 0), (disk[0], disk[4096]));

        FaultLedgerStorage evicted = storage.KillProcess();
        Assert.Equal(5, Read(evicted)[4096]);
        evicted.EvictCleanPages();
        Assert.Equal(0, Read(evicted)[4096]);

        map.MarkDirty(0, 8192);
        map.Sync(0, 8192);
        Assert.Equal(5, Read(storage.CutPower().Image(UnsyncedFate.Lost))[4096]);
        map.Dispose();
    }

    [Fact]
    public void A_call_fails_once_or_for_good_and_a_failed_segment_leaves_no_file()
    {
        FaultLedgerStorage storage = Make();
        storage.FailCall(storage.CallCount + 2, StorageFault.DiskFull);
        Assert.Throws<DiskFullException>(() => storage.CreateSegment(Segment, Length));
        Assert.Empty(storage.List(Folder));
        storage.CreateSegment(Segment, Length).Dispose();
        storage.FailCall(storage.CallCount + 1, StorageFault.InputOutput, forGood: true);
        Assert.Throws<IOException>(() => storage.List(Folder));
        Assert.Throws<IOException>(() => storage.Delete(Segment));
        storage.FailCall(0, StorageFault.InputOutput);
        storage.Delete(Segment);
    }

    [Fact]
    public void A_reused_segment_shows_nothing_old_whenever_the_power_goes()
    {
        FaultLedgerStorage storage = Make();
        string old = Path.Combine(Folder, "old");
        using (IFileWriter file = storage.CreateFile(old))
        {
            file.Write([.. Enumerable.Repeat((byte)9, Length)]);
            file.Sync();
        }

        storage.SyncFolder(Folder);
        int unsynced = 0, named = 0;
        storage.Before = _ => Look();
        storage.ReuseSegment(old, Segment, Length)!.Dispose();
        Look();
        storage.Before = null;
        storage.SyncFolder(Folder);
        Assert.Equal([new StoredFile("a.seg", Length)], storage.CutPower().Image(UnsyncedFate.Lost).List(Folder));
        Assert.Equal(Length / 4096, unsynced);
        Assert.True(named > 0);

        void Look()
        {
            PowerCut cut = storage.CutPower();
            unsynced = Math.Max(unsynced, cut.Unsynced);
            for (int seed = 0; seed < 20; seed++)
            {
                FaultLedgerStorage image = cut.Image(new Random(seed));
                using IFileReader? reader = image.OpenRead(Segment);
                byte[] content = new byte[reader?.Length ?? 0];
                Assert.Equal(content.Length, reader?.Read(0, content) ?? 0);
                Assert.Equal(-1, content.AsSpan().IndexOfAnyExcept((byte)0));
                named += reader is null ? 0 : 1;
            }
        }
    }

    [Fact]
    public void The_end_of_the_process_loses_nothing_and_frees_the_lock()
    {
        FaultLedgerStorage storage = Make();
        string path = Path.Combine(Folder, "lock");
        using IDisposable? held = storage.TryLock(path);
        Assert.NotNull(held);
        Assert.Null(storage.TryLock(path));
        using IMappedSegment map = storage.CreateSegment(Segment, Length);
        Fill(map, 100, 5000, 9);
        FaultLedgerStorage after = storage.KillProcess();
        Assert.NotNull(after.TryLock(path));
        Assert.Equal(9, Read(after)[5000]);
        Assert.Equal(storage.BootIdentity, after.BootIdentity);
        Assert.Empty(after.CutPower().Image(UnsyncedFate.Lost).List(Folder));
    }

    private static FaultLedgerStorage Make()
    {
        FaultLedgerStorage storage = new();
        storage.CreateFolder(Folder, ownerOnly: false);
        return storage;
    }

    private static void Fill(IMappedSegment map, int offset, int length, byte value)
    {
        byte[] bytes = new byte[length];
        bytes.AsSpan().Fill(value);
        Marshal.Copy(bytes, 0, map.Address + offset, length);
    }

    private static byte[] Read(FaultLedgerStorage files)
    {
        using IFileReader reader = files.OpenRead(Segment)!;
        byte[] content = new byte[12288];
        reader.Read(0, content);
        return content;
    }

    private static (int First, int Third) First(FaultLedgerStorage image)
    {
        byte[] content = Read(image);
        return (content[0], content[8192]);
    }
}
