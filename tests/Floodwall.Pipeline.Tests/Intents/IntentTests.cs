using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Floodwall.Pipeline.Tests.Intents;

public sealed class IntentTests
{
    [Theory]
    [InlineData(typeof(Intent), 128)]
    [InlineData(typeof(WallCommand), 192)]
    [InlineData(typeof(WallEvent), 192)]
    public void Slots_have_their_size_and_no_overlap_but_the_declared_one(Type type, int size)
    {
        int Size() => (int)typeof(Unsafe).GetMethod(nameof(Unsafe.SizeOf))!.MakeGenericMethod(type).Invoke(null, null)!;
        Assert.Equal(size, Size());

        (int From, int To, string Name)[] fields = [.. type
            .GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .Select(f =>
            {
                int from = f.GetCustomAttribute<FieldOffsetAttribute>()!.Value;
                int length = (int)typeof(Unsafe).GetMethod(nameof(Unsafe.SizeOf))!.MakeGenericMethod(f.FieldType).Invoke(null, null)!;
                return (from, from + length, f.Name);
            })
            .OrderBy(f => f.Item1)];

        Assert.All(fields, f => Assert.True(f.To <= size, $"{f.Name} ends at {f.To}"));
        foreach ((var first, var second) in fields.Zip(fields.Skip(1)))
        {
            bool declared = first.From == second.From
                && (first.Name, second.Name) is ("Intent" or "Count" or "Fact", "Intent" or "Count" or "Fact") or ("Verdict" or "Refusal", "Verdict" or "Refusal");
            Assert.True(declared || first.To <= second.From, $"{first.Name} overlaps {second.Name}");
        }
    }

    [Fact]
    public void An_intent_is_unmanaged() => Assert.False(RuntimeHelpers.IsReferenceOrContainsReferences<Intent>());

    [Theory]
    [InlineData(IntentAction.Destroy, 0u, true)]
    [InlineData(IntentAction.Destroy, 3u, true)]
    [InlineData(IntentAction.Scale, 0u, true)]
    [InlineData(IntentAction.Scale, 1u, false)]
    [InlineData(IntentAction.Apply, 0u, false)]
    public void Destructive_is_destroy_or_scale_to_zero(IntentAction action, uint replicas, bool destructive) =>
        Assert.Equal(destructive, new Intent { Action = action, Replicas = replicas }.IsDestructive);

    [Fact]
    public void The_edge_names_the_field_that_is_wrong()
    {
        SymbolTable symbols = new(16);
        Symbol a = symbols.Intern("a");
        AttributeTable attributes = new(symbols, 4);
        attributes.Intern(new AttributeSetBuilder().Add(a, 1L));
        Intent good = new() { Agent = a, Resource = a };
        Assert.True(IntentCheck.IsValid(good, symbols, attributes));
        Assert.Null(IntentCheck.Explain(good, symbols, attributes));
        Assert.True(IntentCheck.IsValid(good with { Attributes = 1 }, symbols, attributes));
        Assert.Null(IntentCheck.Explain(good with { Attributes = 1 }, symbols, attributes));

        (string Field, Intent Bad)[] cases =
        [
            ("Agent", good with { Agent = Symbol.None }),
            ("Agent", good with { Agent = new Symbol(9) }),
            ("Resource", good with { Resource = Symbol.None }),
            ("Topic", good with { Topic = new Symbol(2) }),
            ("Environment", good with { Environment = new Symbol(uint.MaxValue) }),
            ("Scope", good with { Scope = new Symbol(2) }),
            ("Pool", good with { Pool = new Symbol(2) }),
            ("Identity", good with { Identity = new Symbol(2) }),
            ("Role", good with { Role = new Symbol(2) }),
            ("Action", good with { Action = (IntentAction)3 }),
            ("Priority", good with { Priority = (Priority)4 }),
            ("BlastRadius", good with { BlastRadius = (BlastRadius)255 }),
            ("CostMicros", good with { CostMicros = -1 }),
            ("Attributes", good with { Attributes = 2 }),
            ("Attributes", good with { Attributes = uint.MaxValue }),
        ];
        foreach ((string field, Intent bad) in cases)
        {
            Assert.False(IntentCheck.IsValid(bad, symbols, attributes), field);
            Assert.StartsWith(field, IntentCheck.Explain(bad, symbols, attributes), StringComparison.Ordinal);
        }
    }
}
