using Floodwall.Tests;

namespace Floodwall.Pipeline.Tests.Gate;

[Collection(nameof(Alone))]
public sealed class FactTableTests
{
    [Fact]
    public void The_table_knows_what_a_dictionary_knows_in_the_order_of_the_keys()
    {
        Random random = new(1);
        FactTable table = new();
        Dictionary<FactKey, Fact> model = [];
        Assert.False(table.TryGet(FactKind.Pool, new Symbol(1), new Symbol(2), out _));
        for (int i = 0; i < 30_000; i++)
        {
            FactKey key = new((FactKind)random.Next(1, 9), new Symbol((uint)random.Next(40)), new Symbol((uint)random.Next(1, 40)));
            if (random.Next(3) == 0)
            {
                Fact fact = new(key, FactValue.Of(random.NextInt64()), (ulong)random.Next(1000));
                table.Set(in fact);
                model[key] = fact;
            }

            bool known = table.TryGet(key.Kind, key.Subject, key.Name, out FactReading reading);
            Assert.Equal(model.TryGetValue(key, out Fact expected), known);
            Assert.Equal(new FactReading(expected.Value, expected.Tick), reading);
            if (i % 1000 == 0)
            {
                Assert.Equal(model.OrderBy(p => p.Key).Select(p => p.Value), table.All);
            }
        }

        Assert.Equal(model.Count, table.Count);
    }

    [Fact]
    public void Neither_reading_nor_writing_what_is_known_allocates()
    {
        FactTable table = new();
        for (uint i = 0; i < 1000; i++)
        {
            table.Set(new Fact(FactKind.Pool, new Symbol(i), new Symbol(1), FactValue.Of((long)i), i));
        }

        long sum = 0;
        long before = 0;
        using NoCollection exact = new();
        for (uint i = 0; i < 20_000; i++)
        {
            before = i == 1000 ? GC.GetAllocatedBytesForCurrentThread() : before;
            table.Set(new Fact(FactKind.Pool, new Symbol(i % 1000), new Symbol(1), FactValue.Of(1L), i));
            sum += table.TryGet(FactKind.Pool, new Symbol(i % 1000), new Symbol(1), out FactReading reading) ? reading.Value.AsInt64 : 0;
            sum += table.TryGet(FactKind.Risk, new Symbol(i), new Symbol(1), out _) ? 1 : 0;
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(20_000, sum);
    }

    [Fact]
    public void Going_through_the_facts_in_order_allocates_nothing()
    {
        FactTable table = new();
        long before = 0;
        long allocated = 0;
        int seen = 0;
        using NoCollection exact = new();
        for (uint i = 1; i <= 1000; i++)
        {
            table.Set(new Fact((FactKind)(1 + (i % 8)), new Symbol(1000 - i), new Symbol(1), FactValue.Of(1L), 0));
            before = GC.GetAllocatedBytesForCurrentThread();
            for (int place = -1; table.Next(ref place, out _);)
            {
                seen++;
            }

            allocated += i > 1 ? GC.GetAllocatedBytesForCurrentThread() - before : 0;
        }

        Assert.Equal((0, 500_500), (allocated, seen));
    }

    [Fact]
    public void A_value_is_of_its_kind_alone()
    {
        Assert.Equal((AttributeKind.Int64, 7, 0.0, false, Symbol.None), All(FactValue.Of(7L)));
        Assert.Equal((AttributeKind.Double, 0, 0.5, false, Symbol.None), All(FactValue.Of(0.5)));
        Assert.Equal((AttributeKind.Bool, 0, 0.0, true, Symbol.None), All(FactValue.Of(true)));
        Assert.Equal((AttributeKind.String, 0, 0.0, false, new Symbol(3)), All(FactValue.Of(new Symbol(3))));
        Assert.Equal(FactValue.Of(0.0), FactValue.Of(-0.0));

        static (AttributeKind, long, double, bool, Symbol) All(FactValue value) =>
            (value.Kind, value.AsInt64, value.AsDouble, value.AsBool, value.AsSymbol);
    }

    [Fact]
    public void Entries_come_back_and_no_bytes_crash_the_reader()
    {
        Random random = new(2);
        byte[] payload = new byte[FactEntry.Length];
        byte[] again = new byte[FactEntry.Length];
        int read = 0;
        for (int run = 0; run < 50_000; run++)
        {
            random.NextBytes(payload);
            payload[0] = (byte)random.Next(10);
            payload[1] = (byte)random.Next(7);
            payload.AsSpan(19).Fill((byte)(random.Next(2) == 0 ? 0 : random.Next(256)));
            if (FactEntry.Read(payload, out Fact fact) is null)
            {
                read++;
                FactEntry.Write(again, in fact);
                Assert.Equal(payload, again);
            }

            Assert.NotNull(FactEntry.Read(payload.AsSpan(random.Next(1, 26)), out _));
        }

        Assert.InRange(read, 5_000, 45_000);
    }
}
