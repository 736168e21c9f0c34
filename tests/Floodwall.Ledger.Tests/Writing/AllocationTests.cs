using Floodwall.Tests;

namespace Floodwall.Ledger.Tests.Writing;

[Collection(nameof(Alone))]
public sealed class AllocationTests
{
    [Fact]
    public void Appending_and_sealing_allocate_nothing()
    {
        using TempFolder temp = new();
        using LedgerWriter writer = LedgerWriter.Open(new LedgerOptions { Directory = temp.Of("ledger") }, TestLedger.Signer);
        TestLedger.AppendMany(writer, 2000, 47);
        writer.SealTip();
        using NoCollection exact = new();
        long before = GC.GetAllocatedBytesForCurrentThread();
        TestLedger.AppendMany(writer, 100_000, 47);
        TreeHead head = writer.SealTip();
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(0, allocated);
        Assert.Equal(writer.AppendedSize, head.Size);
    }

    [Fact]
    public void Changing_segments_allocates_nothing_either()
    {
        using TempFolder temp = new();
        LedgerOptions options = new() { Directory = temp.Of("ledger"), SegmentBytes = LedgerLimits.MinSegmentBytes };
        using LedgerWriter writer = LedgerWriter.Open(options, TestLedger.Signer);
        TestLedger.AppendMany(writer, 100_000, 47);
        writer.Publisher.Publish(writer.SealTip());
        int segments = Directory.GetFiles(new LedgerPaths(options.Directory).Segments).Length;
        using NoCollection exact = new();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 0; round < 4; round++)
        {
            // Some wait for the disk, and are given back.
            TestLedger.AppendMany(writer, 200_000, 47);
            writer.Publisher.Publish(writer.SealTip());
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(Directory.GetFiles(new LedgerPaths(options.Directory).Segments).Length > segments + 8);
    }

    [Fact]
    public void Publishing_allocates_nothing_on_linux()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "elsewhere .NET's file streams serve, which allocate");
        using TempFolder temp = new();
        using LedgerWriter writer = LedgerWriter.Open(new LedgerOptions { Directory = temp.Of("ledger") }, TestLedger.Signer);
        long allocated = -1;
        using NoCollection exact = new();
        for (int round = 0; round < 3; round++)
        {
            TestLedger.AppendMany(writer, 1000, 47);
            TreeHead head = writer.SealTip();
            long before = GC.GetAllocatedBytesForCurrentThread();
            writer.Publisher.Publish(head);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
    }
}
