namespace Floodwall.Crypto.Tests.Merkle;

public sealed class MerkleFrontierTests
{
    private static readonly Hash256[] Leaves = Reference.RandomHashes(new Random(1), 1100);

    [Fact]
    public void The_root_of_every_size_up_to_600_is_that_of_RFC_6962()
    {
        MerkleFrontier frontier = new();
        for (int size = 0; size <= 600; size++)
        {
            Assert.Equal((ulong)size, frontier.Size);
            Assert.Equal(Reference.TreeHash(Leaves.AsSpan(0, size)), frontier.Root());
            frontier.AppendLeaf(Leaves[size]);
        }
    }

    [Fact]
    public void Appending_subtrees_gives_the_same_tree_as_appending_leaves()
    {
        Random random = new(2);
        for (int run = 0; run < 50; run++)
        {
            MerkleFrontier frontier = new();
            while (frontier.Size < 1000)
            {
                int height = random.Next(7);
                int size = (int)frontier.Size;
                if (size % (1 << height) == 0 && size + (1 << height) <= Leaves.Length)
                {
                    frontier.AppendSubtree(Reference.TreeHash(Leaves.AsSpan(size, 1 << height)), height);
                }
            }

            Assert.Equal(Reference.TreeHash(Leaves.AsSpan(0, (int)frontier.Size)), frontier.Root());
        }
    }

    [Fact]
    public void Full_bundles_and_a_partial_one_give_the_root_of_every_size()
    {
        MerkleFrontier frontier = new();
        for (int size = 1; size <= Leaves.Length; size++)
        {
            int partial = size % 256;
            if (partial == 0)
            {
                frontier.AppendSubtree(Reference.TreeHash(Leaves.AsSpan(size - 256, 256)), 8);
                Assert.Equal(Reference.TreeHash(Leaves.AsSpan(0, size)), frontier.Root());
                continue;
            }

            Hash256 tail = Reference.TreeHash(Leaves.AsSpan(size - partial, partial));
            Assert.Equal(Reference.TreeHash(Leaves.AsSpan(0, size)), frontier.RootWithPartial(tail));
        }
    }

    [Fact]
    public void Export_and_restore_and_clone_go_on_alike()
    {
        MerkleFrontier frontier = new();
        Hash256[] peaks = new Hash256[MerkleFrontier.MaxPeaks];
        for (int size = 0; size < 300; size++)
        {
            int count = frontier.Export(peaks);
            Assert.Equal(frontier.PeakCount, count);
            MerkleFrontier restored = new(frontier.Size, peaks.AsSpan(0, count));
            MerkleFrontier clone = frontier.Clone();
            Assert.Equal(frontier.Root(), restored.Root());
            frontier.AppendLeaf(Leaves[size]);
            restored.AppendLeaf(Leaves[size]);
            clone.AppendLeaf(Leaves[size]);
            Assert.Equal(frontier.Root(), restored.Root());
            Assert.Equal(frontier.Root(), clone.Root());
        }
    }

    [Fact]
    public void Misplaced_subtrees_and_wrong_peaks_are_refused()
    {
        MerkleFrontier frontier = new();
        frontier.AppendLeaf(Leaves[0]);
        Assert.Throws<InvalidOperationException>(() => frontier.AppendSubtree(Leaves[1], 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => frontier.AppendSubtree(Leaves[1], -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => frontier.AppendSubtree(Leaves[1], 64));
        Assert.Throws<ArgumentException>(() => new MerkleFrontier(5, Leaves.AsSpan(0, 3)));
        Assert.Throws<ArgumentException>(() => frontier.Export([]));
        Assert.Equal(1u, frontier.Size);
        MerkleFrontier full = new(ulong.MaxValue, Leaves.AsSpan(0, 64));
        Assert.Throws<InvalidOperationException>(() => full.AppendLeaf(Leaves[0]));
    }

    [Fact]
    public void Appending_and_computing_roots_allocate_nothing()
    {
        MerkleFrontier frontier = new();
        Hash256 leaf = Leaves[0];
        Assert.Equal(0, Allocations.Of(() =>
        {
            frontier.AppendLeaf(leaf);
            frontier.Root();
            frontier.RootWithPartial(leaf);
        }));
    }
}
