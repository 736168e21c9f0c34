namespace Floodwall.Ledger.Tests.Segments;

/// <summary>What may be synced and unmapped while bundles are hashed behind the appender.</summary>
public sealed class UnsyncedSegmentsTests
{
    [Fact]
    public void A_segment_retired_behind_a_head_is_left_alone_until_a_head_takes_it_in()
    {
        List<string> log = [];
        using UnsyncedSegments segments = new();
        segments.Add(new Segment("a", log), synced: 16);
        segments.BeginSeal(100);
        segments.EndSeal();

        // The appender goes on: its last bundles are not hashed yet, and their links state no digest.
        segments.Retire(500);
        segments.Add(new Segment("b", log), synced: 0);
        segments.Sync();
        Assert.Equal(["a 16..100"], log);

        segments.BeginSeal(20);
        segments.Sync();
        Assert.Equal(["a 16..100"], log);
        segments.EndSeal();
        segments.Sync();
        Assert.Equal(["a 16..100", "a 100..500", "a unmapped", "b 0..20"], log);
    }

    [Fact]
    public void What_is_marked_while_a_head_is_published_waits_for_its_own()
    {
        List<string> log = [];
        using UnsyncedSegments segments = new();
        segments.Add(new Segment("a", log), synced: 0);
        segments.BeginSeal(100);
        segments.EndSeal();
        segments.BeginSeal(300);
        segments.Sync();
        Assert.Equal(["a 0..100"], log);
        segments.EndSeal();
        segments.Sync();
        Assert.Equal(["a 0..100", "a 100..300"], log);
    }

    [Fact]
    public void A_segment_added_while_a_head_is_under_way_is_not_in_it()
    {
        List<string> log = [];
        using UnsyncedSegments segments = new();
        segments.Add(new Segment("a", log), synced: 0);
        segments.BeginSeal(100);
        segments.Retire(200);
        segments.Add(new Segment("b", log), synced: 0);
        segments.EndSeal();
        segments.Sync();
        Assert.Equal(["a 0..100"], log);
    }

    private sealed class Segment(string name, List<string> log) : IMappedSegment
    {
        public nint Address => 0;

        public int Length => 1 << 20;

        public void Sync(int offset, int length) => log.Add($"{name} {offset}..{offset + length}");

        public void Populate(int offset, int length)
        {
        }

        public void Dispose() => log.Add($"{name} unmapped");
    }
}
