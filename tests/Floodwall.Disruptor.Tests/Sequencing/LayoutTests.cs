using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Disruptor;
using Floodwall.Disruptor.Tests.Support;
using Floodwall.Tests;

namespace Floodwall.Disruptor.Tests.Sequencing;

/// <summary>Every explicit layout keeps its fields apart from the outside and from each other, as declared and as the runtime lays it out.</summary>
public sealed class LayoutTests
{
    private const int Padding = 128;

    private static readonly Type[] Explicit =
        [.. typeof(Sequence).Assembly.GetTypes().Where(type => type.IsExplicitLayout).OrderBy(type => type.Name, StringComparer.Ordinal)];

    [Fact]
    public void The_types_with_an_explicit_layout_are_the_ones_measured_here() =>
        Assert.Equal([typeof(PaddedInt64), typeof(RingFields), typeof(SingleProducerState)], Explicit);

    [Fact]
    public void Declared_fields_do_not_overlap_and_have_padding_on_both_sides() => Assert.All(Explicit, type =>
    {
        (int Offset, int Size)[] fields = [.. Fields(type).Select(field => (Offset(field), Size(field.FieldType))).OrderBy(field => field.Item1)];
        Assert.NotEmpty(fields);
        Assert.Equal(Padding, fields[0].Offset);
        for (int i = 1; i < fields.Length; i++)
        {
            Assert.Equal(fields[i - 1].Offset + fields[i - 1].Size, fields[i].Offset);
        }

        Assert.All(fields, field => Assert.Equal(0, field.Offset % field.Size));
        Assert.Equal(fields[^1].Offset + fields[^1].Size + Padding, type.StructLayoutAttribute!.Size);
    });

    [Fact]
    public void The_runtime_keeps_to_the_layout_of_a_sequence()
    {
        var sequence = new Sequence();
        Assert.Equal(Padding, OffsetIn(sequence, in PaddedOf(sequence).Value));
        Assert.Equal((2 * Padding) + 8, Unsafe.SizeOf<PaddedInt64>());
        Assert.Equal((2 * Padding) + 8, InstanceSize.Of(() => new Sequence()));
    }

    [Fact]
    public void The_runtime_keeps_to_the_layout_of_the_claim()
    {
        var state = new SingleProducerState();
        ref byte start = ref Unsafe.As<SingleProducerState, byte>(ref state);
        Assert.Equal(Padding, Unsafe.ByteOffset(ref start, ref Unsafe.As<long, byte>(ref state.Claimed)));
        Assert.Equal(Padding + 8, Unsafe.ByteOffset(ref start, ref Unsafe.As<long, byte>(ref state.CachedGate)));
        Assert.Equal((2 * Padding) + 16, Unsafe.SizeOf<SingleProducerState>());
    }

    [Fact]
    public void The_runtime_keeps_to_the_layout_of_a_ring_whatever_the_event()
    {
        CheckRing(ValueRingBuffer<Tick>.CreateSingleProducer(() => default, 4));
        CheckRing(ValueRingBuffer<(string, int)>.CreateMultiProducer(() => default, 4));
    }

    private static void CheckRing(RingBuffer ring)
    {
        ref readonly RingFields fields = ref FieldsOf(ring);
        Assert.Equal(0, OffsetIn(ring, in fields));
        Assert.Equal(Offset(nameof(fields.Entries)), OffsetIn(ring, in fields.Entries));
        Assert.Equal(Offset(nameof(fields.Single)), OffsetIn(ring, in fields.Single));
        Assert.Equal(Offset(nameof(fields.Multi)), OffsetIn(ring, in fields.Multi));
        Assert.Equal(Offset(nameof(fields.IndexMask)), OffsetIn(ring, in fields.IndexMask));
        Assert.Equal(Offset(nameof(fields.BufferSize)), OffsetIn(ring, in fields.BufferSize));
        Assert.Equal(Offset(nameof(fields.FirstSlotOffset)), OffsetIn(ring, in fields.FirstSlotOffset));
        Assert.Equal((2 * Padding) + 40, Unsafe.SizeOf<RingFields>());
        Assert.Single(Fields(typeof(RingBuffer)));
        Assert.Empty(Fields(ring.GetType()));

        static long Offset(string field) => LayoutTests.Offset(Fields(typeof(RingFields)).Single(info => info.Name == field));
    }

    private static FieldInfo[] Fields(Type type) =>
        type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly);

    private static int Offset(FieldInfo field) => field.GetCustomAttribute<FieldOffsetAttribute>()!.Value;

    private static int Size(Type type) => type.IsValueType ? Marshal.SizeOf(type) : IntPtr.Size;

    private static long OffsetIn<T>(object instance, in T field) =>
        Unsafe.ByteOffset(ref Unsafe.As<FirstByte>(instance).Value, ref Unsafe.As<T, byte>(ref Unsafe.AsRef(in field)));

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_padded")]
    private static extern ref PaddedInt64 PaddedOf(Sequence sequence);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_fields")]
    private static extern ref readonly RingFields FieldsOf(RingBuffer ring);

    private sealed class FirstByte
    {
        public byte Value = 1;
    }
}
