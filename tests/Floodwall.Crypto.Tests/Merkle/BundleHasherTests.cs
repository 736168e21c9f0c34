using System.Buffers.Binary;

namespace Floodwall.Crypto.Tests.Merkle;

public sealed class BundleHasherTests
{
    public static TheoryData<string> LaneSets => [.. Enum.GetNames<LaneSet>()];

    [Theory]
    [MemberData(nameof(LaneSets))]
    public void Full_bundles_of_every_common_length_hash_to_the_RFC_6962_root(string lanes)
    {
        BundleHasher hasher = Create(lanes);
        Random random = new(20);
        for (int length = 0; length <= 130; length++)
        {
            Check(hasher, [.. Enumerable.Range(0, 256).Select(_ => Reference.RandomBytes(random, length))]);
        }
    }

    [Theory]
    [MemberData(nameof(LaneSets))]
    public void Full_bundles_of_mixed_lengths_hash_to_the_RFC_6962_root(string lanes)
    {
        BundleHasher hasher = Create(lanes);
        Random random = new(21);
        for (int run = 0; run < 60; run++)
        {
            int rare = random.Next(1, 60);
            Check(hasher, [.. Enumerable.Range(0, 256).Select(_ =>
                Reference.RandomBytes(random, random.Next(rare) == 0 ? random.Next(random.Next(5) == 0 ? 65536 : 400) : random.Next(55)))]);
        }
    }

    [Theory]
    [MemberData(nameof(LaneSets))]
    public void Partial_bundles_of_every_count_hash_to_the_RFC_6962_root(string lanes)
    {
        BundleHasher hasher = Create(lanes);
        Random random = new(22);
        Hash256[] leaves = new Hash256[256];
        for (int count = 1; count <= 256; count++)
        {
            byte[][] entries = [.. Enumerable.Range(0, count).Select(_ => Reference.RandomBytes(random, random.Next(count % 3 == 0 ? 200 : 55)))];
            byte[] bundle = Reference.Frame(entries);
            Hash256[] expected = [.. entries.Select(e => Reference.Leaf(e))];
            Assert.Equal(bundle.Length, hasher.HashLeaves(bundle, count, leaves));
            Assert.Equal(expected, leaves[..count]);
            Assert.Equal(Reference.TreeHash(expected), hasher.Root(leaves.AsSpan(0, count)));
        }
    }

    [Theory]
    [MemberData(nameof(LaneSets))]
    public void Batches_of_every_count_give_the_roots_in_order(string lanes)
    {
        BundleHasher hasher = Create(lanes);
        Random random = new(24);
        for (int run = 0; run < 30; run++)
        {
            int count = run % (BundleHasher.BatchSize + 1);
            List<Hash256> expected = [];
            for (int i = 0; i < count; i++)
            {
                byte[][] entries = [.. Enumerable.Range(0, 256).Select(_ => Reference.RandomBytes(random, random.Next(run % 3 == 0 ? 300 : 55)))];
                expected.Add(Reference.TreeHash([.. entries.Select(e => Reference.Leaf(e))]));
                Assert.Equal(i + 1, hasher.AddToBatch(Reference.Frame(entries)));
                hasher.HashFullBundle(Reference.Frame(entries), out _); // what else the hasher does leaves the batch alone
            }

            Hash256[] roots = new Hash256[BundleHasher.BatchSize];
            Assert.Equal(count, hasher.FinishBatch(roots));
            Assert.Equal(expected, roots[..count]);
        }

        byte[] empty = Reference.Frame([.. Enumerable.Repeat(Array.Empty<byte>(), 256)]);
        for (int i = 0; i < BundleHasher.BatchSize; i++)
        {
            hasher.AddToBatch(empty);
        }

        Assert.Throws<InvalidOperationException>(() => hasher.AddToBatch(empty));
        Assert.Throws<ArgumentException>(() => hasher.FinishBatch(new Hash256[3]));
        Assert.Equal(BundleHasher.BatchSize, hasher.FinishBatch(new Hash256[BundleHasher.BatchSize]));
    }

    [Theory]
    [MemberData(nameof(LaneSets))]
    public void The_longest_entries_are_hashed_alone_and_together(string lanes)
    {
        BundleHasher hasher = Create(lanes);
        Random random = new(23);
        byte[][] entries = [.. Enumerable.Range(0, 256).Select(i => Reference.RandomBytes(random, i is 0 or 77 or >= 240 ? 65535 : 1))];
        Check(hasher, entries);
    }

    [Theory]
    [MemberData(nameof(LaneSets))]
    public void Every_truncation_of_a_bundle_is_refused_with_the_entry_named(string lanes)
    {
        BundleHasher hasher = Create(lanes);
        byte[] bundle = Reference.Frame(Enumerable.Range(0, 256).Select(i => new byte[i % 60]));
        Hash256[] leaves = new Hash256[256];
        for (int length = 0; length < bundle.Length; length++)
        {
            InvalidDataException refused = Assert.Throws<InvalidDataException>(() => hasher.HashFullBundle(bundle.AsSpan(0, length), out _));
            Assert.Contains("entry ", refused.Message, StringComparison.Ordinal);
            Assert.Throws<InvalidDataException>(() => hasher.HashLeaves(bundle.AsSpan(0, length), 256, leaves));
        }

        hasher.HashFullBundle(bundle, out int bytes);
        Assert.Equal(bundle.Length, bytes);
    }

    [Fact]
    public void Random_bytes_are_hashed_or_refused_and_nothing_else_is_thrown()
    {
        BundleHasher hasher = new();
        Random random = new(24);
        Hash256[] leaves = new Hash256[256];
        int good = 0;
        for (int run = 0; run < 20_000; run++)
        {
            byte[] bundle = Reference.RandomBytes(random, random.Next(600));
            for (int at = 0; at + 1 < bundle.Length && run % 2 == 0; at += 2 + bundle[at + 1])
            {
                BinaryPrimitives.WriteUInt16BigEndian(bundle.AsSpan(at), (ushort)random.Next(20));
            }

            try
            {
                int count = random.Next(20);
                Assert.InRange(hasher.HashLeaves(bundle, count, leaves), 2 * count, bundle.Length);
                good++;
            }
            catch (InvalidDataException)
            {
            }
        }

        Assert.InRange(good, 1000, 19_000);
    }

    [Fact]
    public void Counts_out_of_range_are_refused()
    {
        BundleHasher hasher = new();
        Assert.Throws<ArgumentOutOfRangeException>(() => hasher.HashLeaves([], -1, new Hash256[256]));
        Assert.Throws<ArgumentOutOfRangeException>(() => hasher.HashLeaves([], 257, new Hash256[257]));
        Assert.Throws<ArgumentException>(() => hasher.HashLeaves(new byte[4], 2, new Hash256[1]));
        Assert.Throws<ArgumentException>(() => hasher.Root([]));
        Assert.Throws<ArgumentException>(() => hasher.Root(new Hash256[257]));
        Assert.Equal(0, hasher.HashLeaves([], 0, []));
    }

    [Theory]
    [MemberData(nameof(LaneSets))]
    public void Bytes_behind_the_last_entry_do_not_matter(string lanes)
    {
        BundleHasher hasher = Create(lanes);
        byte[] bundle = Reference.Frame(Enumerable.Range(0, 256).Select(i => new byte[] { (byte)i }));
        Hash256 root = hasher.HashFullBundle(bundle, out _);
        Assert.Equal(root, hasher.HashFullBundle([.. bundle, .. Enumerable.Repeat((byte)0xEE, 100)], out int bytes));
        Assert.Equal(bundle.Length, bytes);
    }

    [Theory]
    [MemberData(nameof(LaneSets))]
    public void Hashing_bundles_allocates_nothing(string lanes)
    {
        BundleHasher hasher = Create(lanes);
        byte[] common = Reference.Frame(Enumerable.Range(0, 256).Select(_ => new byte[54]));
        byte[] mixed = Reference.Frame(Enumerable.Range(0, 256).Select(i => new byte[i * 2]));
        Hash256[] leaves = new Hash256[256];
        Assert.Equal(0, Allocations.Of(() =>
        {
            hasher.HashFullBundle(common, out _);
            hasher.HashFullBundle(mixed, out _);
            hasher.HashLeaves(mixed, 201, leaves);
            hasher.Root(leaves.AsSpan(0, 201));
        }));
    }

    [Theory]
    [MemberData(nameof(LaneSets))]
    public void No_byte_behind_the_bundle_is_read(string lanes)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "guard pages are set up by Linux calls");
        BundleHasher hasher = Create(lanes);
        Hash256[] leaves = new Hash256[256];
        foreach (int length in new[] { 0, 1, 20, 54, 55, 64, 200 })
        {
            byte[][] entries = [.. Enumerable.Range(0, 256).Select(i => new byte[length])];
            byte[] bundle = Reference.Frame(entries);
            using GuardedBuffer guarded = new(bundle);
            Assert.Equal(hasher.HashFullBundle(bundle, out _), hasher.HashFullBundle(guarded.Bytes, out _));
            Assert.Equal(bundle.Length, hasher.HashLeaves(guarded.Bytes, 256, leaves));
        }
    }

    private static void Check(BundleHasher hasher, byte[][] entries)
    {
        byte[] bundle = Reference.Frame(entries);
        Hash256[] leaves = [.. entries.Select(e => Reference.Leaf(e))];
        Assert.Equal(Reference.TreeHash(leaves), hasher.HashFullBundle(bundle, out int bytes));
        Assert.Equal(bundle.Length, bytes);
    }

    private static BundleHasher Create(string name)
    {
        LaneSet lanes = Enum.Parse<LaneSet>(name);
        Assert.SkipUnless(BundleEngine.IsSupported(lanes), $"this CPU has no {name}");
        return new BundleHasher(lanes);
    }
}
