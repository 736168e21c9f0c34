using Floodwall.Tests;

namespace Floodwall.Pipeline.Tests.Intents;

[Collection(nameof(Alone))]
public sealed class AttributeTableTests
{
    private readonly SymbolTable _symbols = new(4096);

    [Fact]
    public void A_set_is_read_as_it_was_gathered_whatever_the_order()
    {
        AttributeTable table = new(_symbols, 10);
        Symbol[] n = Symbols(6);
        Symbol[] list = [n[5], Symbol.None, n[5]];
        uint handle = table.Intern(new AttributeSetBuilder()
            .Add(n[4], list).Add(n[0], n[5]).Add(n[3], true).Add(n[1], -7L).Add(n[2], -0.0));
        uint again = table.Intern(new AttributeSetBuilder()
            .Add(n[1], -7L).Add(n[2], 0.0).Add(n[0], n[5]).Add(n[3], true).Add(n[4], list));

        Assert.Equal((1u, 1u), (handle, again));
        AttributeSet set = table.Find(handle);
        Assert.Equal((5, handle), (set.Count, set.Handle));
        Assert.True(set.TryGet(n[0], out AttributeValue text) && text.Kind == AttributeKind.String && text.AsSymbol == n[5]);
        Assert.True(set.TryGet(n[1], out AttributeValue integer) && integer.Kind == AttributeKind.Int64 && integer.AsInt64 == -7);
        Assert.True(set.TryGet(n[2], out AttributeValue number) && number.Kind == AttributeKind.Double && double.IsPositive(number.AsDouble));
        Assert.True(set.TryGet(n[3], out AttributeValue truth) && truth.AsBool);
        Assert.True(set.TryGet(n[4], out AttributeValue strings) && strings.AsList.SequenceEqual(list));
        Assert.False(set.TryGet(n[5], out AttributeValue absent));
        Assert.Equal((AttributeKind.None, 0, 0.0, 0L), (absent.Kind, absent.AsList.Length, absent.AsDouble, absent.AsInt64));
        Assert.Equal((Symbol.None, false), (integer.AsSymbol, integer.AsBool));
    }

    [Fact]
    public void Values_of_different_kinds_are_different_sets()
    {
        AttributeTable table = new(_symbols, 10);
        Symbol name = Symbols(1)[0];
        uint[] handles =
        [
            table.Intern(new AttributeSetBuilder().Add(name, 1L)), table.Intern(new AttributeSetBuilder().Add(name, 1.0)),
            table.Intern(new AttributeSetBuilder().Add(name, true)), table.Intern(new AttributeSetBuilder().Add(name, name)),
            table.Intern(new AttributeSetBuilder().Add(name, [name])), table.Intern(new AttributeSetBuilder().Add(name, [])),
        ];
        Assert.Equal([1u, 2u, 3u, 4u, 5u, 6u], handles);
    }

    [Fact]
    public void Nothing_is_set_zero_and_what_is_unknown_is_empty()
    {
        AttributeTable table = new(_symbols, 4);
        Assert.Equal(0u, table.Intern(new AttributeSetBuilder()));
        Assert.Same(AttributeSet.Empty, table.Find(0));
        Assert.Same(AttributeSet.Empty, table.Find(3));
        Assert.Same(AttributeSet.Empty, table.Find(uint.MaxValue));
        Assert.False(table.Contains(0) || table.Contains(1) || table.Contains(uint.MaxValue));
        Assert.Equal(0, AttributeSet.Empty.Count);
    }

    [Fact]
    public void What_cannot_be_an_attribute_is_refused_and_the_builder_goes_on()
    {
        Symbol[] n = Symbols(AttributeSet.MaxPairs + 2);
        AttributeSetBuilder builder = new AttributeSetBuilder().Add(n[0], 1L);
        Assert.Throws<ArgumentException>(() => builder.Add(n[0], 2L));
        Assert.Throws<ArgumentException>(() => builder.Add(Symbol.None, 2L));
        Assert.Throws<ArgumentException>(() => builder.Add(n[1], double.NaN));
        Assert.Throws<ArgumentException>(() => builder.Add(n[1], double.NegativeInfinity));
        Assert.Throws<ArgumentException>(() => builder.Add(n[1], new Symbol[AttributeSet.MaxListLength + 1]));
        for (int i = 1; i < AttributeSet.MaxPairs; i++)
        {
            builder.Add(n[i], true);
        }

        Assert.Throws<ArgumentException>(() => builder.Add(n[^1], true));
        AttributeTable table = new(_symbols, 4);
        Assert.Equal(AttributeSet.MaxPairs, table.Find(table.Intern(builder)).Count);
        Assert.True(table.Find(1).TryGet(n[0], out AttributeValue first) && first.AsInt64 == 1);

        // Each list fits; all of them do not fit into one entry.
        builder.Clear();
        Symbol[] list = [.. Enumerable.Repeat(n[0], AttributeSet.MaxListLength)];
        for (int i = 0; i < 4; i++)
        {
            builder.Add(n[i], list);
        }

        Assert.Contains("4087 bytes", Assert.Throws<ArgumentException>(() => table.Intern(builder)).Message, StringComparison.Ordinal);
        Assert.Contains("symbol 4000", Assert.Throws<ArgumentException>(
            () => table.Intern(builder.Clear().Add(n[0], new Symbol(4000)))).Message, StringComparison.Ordinal);
        Assert.Equal(1u, table.HighestHandle);
    }

    [Fact]
    public void A_full_table_refuses_new_sets_and_keeps_the_known()
    {
        AttributeTable table = new(_symbols, 2);
        Symbol name = Symbols(1)[0];
        AttributeSetBuilder builder = new();
        Assert.Equal(1u, table.Intern(builder.Add(name, 1L)));
        Assert.Equal(2u, table.Intern(builder.Clear().Add(name, 2L)));
        AttributeTableFullException full = Assert.Throws<AttributeTableFullException>(() => table.Intern(builder.Clear().Add(name, 3L)));
        Assert.Equal(2, full.Capacity);
        Assert.Equal(1u, table.Intern(builder.Clear().Add(name, 1L)));
        Assert.True(table.Find(2).TryGet(name, out AttributeValue second) && second.AsInt64 == 2);
    }

    [Fact]
    public void Equal_sets_have_equal_handles_from_every_thread()
    {
        AttributeTable table = new(_symbols, 1000);
        Symbol name = Symbols(1)[0];
        uint[][] seen = new uint[4][];
        Parallel.For(0, 4, thread =>
        {
            Random random = new(thread);
            uint[] mine = new uint[500];
            AttributeSetBuilder builder = new();
            foreach (int i in Enumerable.Range(0, 500).OrderBy(_ => random.Next()))
            {
                mine[i] = table.Intern(builder.Clear().Add(name, (long)i));
                Assert.True(table.Find(mine[i]).TryGet(name, out AttributeValue value) && value.AsInt64 == i);
            }

            seen[thread] = mine;
        });

        Assert.All(seen, s => Assert.Equal(seen[0], s));
        Assert.Equal(500u, table.HighestHandle);
    }

    [Fact]
    public void Finding_a_known_set_allocates_nothing()
    {
        AttributeTable table = new(_symbols, 4);
        Symbol[] n = Symbols(3);
        AttributeSetBuilder builder = new();
        long found = 0;
        long before = 0;
        using NoCollection exact = new();
        for (int i = 0; i < 1001; i++)
        {
            before = i == 1 ? GC.GetAllocatedBytesForCurrentThread() : before;
            uint handle = table.Intern(builder.Clear().Add(n[2], [n[0], n[1]]).Add(n[0], 0.5).Add(n[1], n[0]));
            found += table.Find(handle).TryGet(n[1], out AttributeValue value) && value.AsSymbol == n[0] ? 1 : 0;
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(1001, found);
    }

    [Fact]
    public void Restoring_keeps_numbers_and_refuses_contradictions()
    {
        Symbol[] n = Symbols(2);
        AttributeTable table = new(_symbols, 8);
        AttributeSet one = Set(3, new AttributeSetBuilder().Add(n[0], 1L));
        table.Restore(one);
        table.Restore(one);
        Assert.Equal(3u, table.Intern(new AttributeSetBuilder().Add(n[0], 1L)));
        Assert.Equal(4u, table.Intern(new AttributeSetBuilder().Add(n[0], 2L)));
        Assert.False(table.Contains(2));
        Assert.Throws<InvalidOperationException>(() => table.Restore(Set(3, new AttributeSetBuilder().Add(n[0], 9L))));
        Assert.Throws<InvalidOperationException>(() => table.Restore(Set(5, new AttributeSetBuilder().Add(n[0], 1L))));
        Assert.Throws<InvalidOperationException>(() => table.Restore(Set(5, new AttributeSetBuilder().Add(new Symbol(4000), 1L))));
        Assert.Throws<AttributeTableFullException>(() => table.Restore(Set(9, new AttributeSetBuilder().Add(n[1], 1L))));
    }

    [Fact]
    public void Entries_come_back_and_no_bytes_crash_the_reader()
    {
        Symbol[] n = Symbols(20);
        Random random = new(5);
        for (int run = 0; run < 20_000; run++)
        {
            AttributeSet set = Set((uint)random.Next(1, 1000), Any(random, n));
            byte[] payload = new byte[AttributeSetEntry.LengthOf(set)];
            AttributeSetEntry.Write(payload, set);
            Assert.Null(AttributeSetEntry.Read(payload, out AttributeSet back));
            Assert.Equal(set.Handle, back.Handle);
            Assert.Equal(set.Encoded, back.Encoded);

            payload[random.Next(payload.Length)] ^= (byte)(1 << random.Next(8));
            payload = payload[..random.Next(payload.Length / 2, payload.Length + 1)];
            if (AttributeSetEntry.Read(payload, out AttributeSet changed) is null)
            {
                // What is accepted has one form only: gathered anew it gives the same bytes.
                AttributeTable table = new(_symbols, 1);
                byte[] again = new byte[AttributeSetEntry.LengthOf(changed)];
                AttributeSetEntry.Write(again, changed);
                Assert.Equal(payload, again);
                Assert.Equal(changed.Encoded, Gather(changed).Encode().ToArray());
            }
        }
    }

    private static AttributeSetBuilder Gather(AttributeSet set)
    {
        AttributeSetBuilder builder = new();
        for (int i = set.Count - 1; i >= 0; i--)
        {
            AttributeValue value = set.ValueAt(i);
            _ = value.Kind switch
            {
                AttributeKind.String => builder.Add(set.NameAt(i), value.AsSymbol),
                AttributeKind.Int64 => builder.Add(set.NameAt(i), value.AsInt64),
                AttributeKind.Double => builder.Add(set.NameAt(i), value.AsDouble),
                AttributeKind.Bool => builder.Add(set.NameAt(i), value.AsBool),
                _ => builder.Add(set.NameAt(i), value.AsList),
            };
        }

        return builder;
    }

    private static AttributeSetBuilder Any(Random random, Symbol[] names)
    {
        AttributeSetBuilder builder = new();
        foreach (Symbol name in names.OrderBy(_ => random.Next()).Take(random.Next(1, 8)))
        {
            _ = random.Next(5) switch
            {
                0 => builder.Add(name, names[random.Next(names.Length)]),
                1 => builder.Add(name, random.NextInt64()),
                2 => builder.Add(name, random.NextDouble()),
                3 => builder.Add(name, random.Next(2) == 0),
                _ => builder.Add(name, [.. names.Take(random.Next(5))]),
            };
        }

        return builder;
    }

    private static AttributeSet Set(uint handle, AttributeSetBuilder builder)
    {
        byte[] payload = [.. BitConverter.GetBytes(handle), .. builder.Encode()];
        Assert.Null(AttributeSetEntry.Read(payload, out AttributeSet set));
        return set;
    }

    private Symbol[] Symbols(int count) => [.. Enumerable.Range(0, count).Select(i => _symbols.Intern($"name-{i}"))];
}
