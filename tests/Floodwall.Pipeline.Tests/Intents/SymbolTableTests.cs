using Floodwall.Tests;

namespace Floodwall.Pipeline.Tests.Intents;

[Collection(nameof(Alone))]
public sealed class SymbolTableTests
{
    [Fact]
    public void Equal_names_have_equal_symbols_from_every_thread()
    {
        SymbolTable symbols = new(1000);
        Symbol[][] seen = new Symbol[4][];
        Parallel.For(0, 4, thread =>
        {
            Random random = new(thread);
            Symbol[] mine = new Symbol[500];
            foreach (int i in Enumerable.Range(0, 500).OrderBy(_ => random.Next()))
            {
                mine[i] = symbols.Intern($"name-{i}");
                Assert.Equal($"name-{i}", symbols.NameOf(mine[i]));
            }

            seen[thread] = mine;
        });

        Assert.All(seen, s => Assert.Equal(seen[0], s));
        Assert.Equal(500u, symbols.HighestId);
        Assert.Equal(500, seen[0].Distinct().Count());
    }

    [Fact]
    public void A_full_table_refuses_new_names_and_keeps_the_known()
    {
        SymbolTable symbols = new(2);
        Symbol a = symbols.Intern("a");
        symbols.Intern("b");
        SymbolTableFullException full = Assert.Throws<SymbolTableFullException>(() => symbols.Intern("c"));
        Assert.Contains("'c'", full.Message, StringComparison.Ordinal);
        Assert.Equal(a, symbols.Intern("a"));
        Assert.False(symbols.TryFind("c", out _));
    }

    [Fact]
    public void Names_that_would_confuse_a_reader_are_refused() => Assert.All(
        ["", "a\nb", "a\0", "\u0085", "\ud800", "x\udc00y", "\ud800\ud800"],
        name => Assert.Throws<ArgumentException>(() => new SymbolTable(2).Intern(name)));

    [Fact]
    public void Length_counts_in_utf8()
    {
        SymbolTable symbols = new(4);
        symbols.Intern(new string('é', SymbolTable.MaxNameBytes / 2));
        Assert.Throws<ArgumentException>(() => symbols.Intern(new string('é', (SymbolTable.MaxNameBytes / 2) + 1)));
    }

    [Fact]
    public void Finding_a_known_name_allocates_nothing()
    {
        SymbolTable symbols = new(4);
        symbols.Intern("reconciler");
        char[] name = [.. "reconciler"];
        symbols.Intern(name);
        using NoCollection exact = new();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            symbols.Intern(name);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Restoring_keeps_numbers_and_refuses_contradictions()
    {
        SymbolTable symbols = new(8);
        symbols.Restore(new Symbol(3), "c");
        Assert.Equal(new Symbol(3), symbols.Intern("c"));
        Assert.Equal(new Symbol(4), symbols.Intern("d"));
        Assert.Throws<InvalidOperationException>(() => symbols.Restore(new Symbol(3), "x"));
        Assert.Throws<InvalidOperationException>(() => symbols.Restore(new Symbol(5), "c"));
        Assert.Throws<SymbolTableFullException>(() => symbols.Restore(new Symbol(9), "z"));
    }
}
