using System.Reflection;
using System.Runtime.CompilerServices;

namespace Floodwall.Crypto.Tests.Hashing;

/// <summary>
/// The scratch memory of the lanes: every part begins a cache line, because rows and tables are loaded as aligned vectors of 64 bytes,
/// and lies inside the memory that was allocated, apart from the other parts.
/// </summary>
public sealed class LayoutTests
{
    private const int CacheLine = 64;

    // So many that the heap does not place all of them at a cache line by chance.
    private const int Instances = 20;

    [Theory]
    [InlineData("Avx512", 16)]
    [InlineData("Avx512Vl", 8)]
    [InlineData("Avx2", 8)]
    [InlineData("Vector128", 4)]
    public void Scratch_memory_begins_at_cache_lines_and_does_not_overlap(string name, int lanes)
    {
        LaneSet set = Enum.Parse<LaneSet>(name);
        Assert.SkipUnless(BundleEngine.IsSupported(set), $"this CPU has no {name}");
        int vector = lanes * sizeof(uint);
        (string, int)[] ofHasher =
        [
            ("_tables", MessageBlocks.TableSize), ("_rows", lanes * 64), ("_words", 64 * vector), ("_otherWords", 64 * vector),
            ("_children", 16 * vector), ("_running", 8 * vector), ("_k", 64 * sizeof(uint)),
        ];
        (string, int)[] ofEngine =
        [
            ("_states", BundleHasher.MaxEntries * Hash256.Size), ("_hashes", BundleHasher.MaxEntries * Hash256.Size),
            ("_batch", 2 * BundleHasher.BatchSize * 8 * vector),
        ];
        List<BundleEngine> engines = [];
        for (int i = 0; i < Instances; i++)
        {
            BundleEngine engine = BundleEngine.Create(set);
            engines.Add(engine);
            Check(engine, ofEngine);
            Check(Field(engine, "_hasher").GetValue(engine)!, ofHasher);
        }

        GC.KeepAlive(engines);
    }

    [Fact]
    public void A_hash_and_a_frame_are_as_long_as_what_they_hold()
    {
        Assert.Equal(Hash256.Size, Unsafe.SizeOf<Hash256>());
        Assert.Equal(2 * sizeof(int), Unsafe.SizeOf<MessageFrame>());
        Assert.Equal(8 * sizeof(uint), Unsafe.SizeOf<Sha256State>());
    }

    private static unsafe void Check(object owner, (string Name, int Length)[] parts)
    {
        byte[] memory = (byte[])Field(owner, "_memory").GetValue(owner)!;
        string[] pointers = [.. owner.GetType().GetFields(BindingFlags.Instance | BindingFlags.NonPublic)
            .Where(field => field.FieldType.IsPointer).Select(field => field.Name)];
        Assert.Equal(parts.Select(part => part.Name).Order(StringComparer.Ordinal), pointers.Order(StringComparer.Ordinal));
        fixed (byte* start = memory)
        {
            long first = (long)start;
            (long From, long To, string Name)[] places = [.. parts
                .Select(part => (From: Address(owner, part.Name) - first, part))
                .Select(place => (place.From, place.From + place.part.Length, place.part.Name))
                .OrderBy(place => place.From)];
            Assert.All(places, place => Assert.Equal(0, (first + place.From) % CacheLine));
            Assert.InRange(places[0].From, 0, memory.Length);
            Assert.InRange(places[^1].To, 0, memory.Length);
            foreach ((var before, var behind) in places.Zip(places.Skip(1)))
            {
                Assert.True(before.To <= behind.From, $"{before.Name} reaches into {behind.Name}");
            }
        }
    }

    private static unsafe long Address(object owner, string name) => (long)Pointer.Unbox(Field(owner, name).GetValue(owner)!);

    private static FieldInfo Field(object owner, string name) =>
        owner.GetType().GetField(name, BindingFlags.Instance | BindingFlags.NonPublic)!;
}
