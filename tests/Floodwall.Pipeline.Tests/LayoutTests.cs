using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Floodwall.Tests;

namespace Floodwall.Pipeline.Tests;

/// <summary>What lies where, as the runtime lays it out: what the hot path reads together lies together, and what is written lies apart.</summary>
public sealed class LayoutTests
{
    private const int CacheLine = 64;

    [Fact]
    public void The_symbols_of_an_intent_are_all_there_is_from_byte_8_to_39()
    {
        // IntentCheck loads them as one vector.
        FieldInfo[] symbols = [.. Fields(typeof(Intent)).Where(field => field.FieldType == typeof(Symbol)).OrderBy(Offset)];
        Assert.Equal(["Agent", "Resource", "Topic", "Environment", "Scope", "Pool", "Identity", "Role"], symbols.Select(field => field.Name));
        Assert.Equal(4, Unsafe.SizeOf<Symbol>());
        Assert.Equal([8, 12, 16, 20, 24, 28, 32, 36], symbols.Select(Offset));

        Intent intent = default;
        Assert.Equal(8, OffsetIn(in intent, in intent.Agent));
        Assert.Equal(12, OffsetIn(in intent, in intent.Resource));
        Assert.Equal(16, OffsetIn(in intent, in intent.Topic));
        Assert.Equal(20, OffsetIn(in intent, in intent.Environment));
        Assert.Equal(24, OffsetIn(in intent, in intent.Scope));
        Assert.Equal(28, OffsetIn(in intent, in intent.Pool));
        Assert.Equal(32, OffsetIn(in intent, in intent.Identity));
        Assert.Equal(36, OffsetIn(in intent, in intent.Role));
    }

    [Fact]
    public void The_first_96_bytes_of_an_intent_hold_all_but_the_manifest_digest()
    {
        Intent intent = default;
        Assert.Equal(96, OffsetIn(in intent, in intent.ManifestDigest));
        Assert.Equal(32, Unsafe.SizeOf<Digest>());
        Assert.Equal(2 * CacheLine, Unsafe.SizeOf<Intent>());
        Assert.Equal(["ManifestDigest"], Fields(typeof(Intent)).Where(field => Offset(field) + Size(field.FieldType) > 96).Select(field => field.Name));
    }

    [Fact]
    public void What_every_stage_reads_lies_in_the_first_96_bytes_of_an_intent()
    {
        // Whatever stands behind them, check, admission, queue and gate do the same.
        Vocabulary vocabulary = new(16);
        Symbol name = vocabulary.Symbols.Intern("name");
        Random random = new(1);
        GateStage gate = new(
            [new NoGlobalDestroy(vocabulary), new BlastNeedsPriority(vocabulary), new DeadlineNotPassed(vocabulary)],
            vocabulary.Rules);
        for (int run = 0; run < 2000; run++)
        {
            Intent plain = default;
            random.NextBytes(BytesOf(ref plain)[..96]);
            plain.Agent = plain.Resource = name;
            plain.Topic = plain.Environment = plain.Scope = plain.Pool = plain.Identity = plain.Role = new Symbol((uint)random.Next(2));
            plain.Action = (IntentAction)random.Next(3);
            plain.Priority = (Priority)random.Next(4);
            plain.BlastRadius = (BlastRadius)random.Next(4);
            plain.CostMicros &= random.Next(4) == 0 ? -1 : long.MaxValue;
            plain.Attributes = 0;
            Intent filled = plain;
            random.NextBytes(BytesOf(ref filled)[96..]);
            Assert.NotEqual(plain, filled);

            bool valid = IntentCheck.IsValid(in plain, vocabulary.Symbols, vocabulary.Attributes);
            Assert.Equal(plain.CostMicros >= 0, valid);
            Assert.Equal(valid, IntentCheck.IsValid(in filled, vocabulary.Symbols, vocabulary.Attributes));
            Assert.Equal(Admitted(in plain), Admitted(in filled));
            Assert.Equal(Left(in plain), Left(in filled));
            Assert.Equal(gate.Judge(in plain, 5), gate.Judge(in filled, 5));
        }

        static Refusal Admitted(in Intent intent)
        {
            AdmissionStage admission = new(new AdmissionSettings(burst: 1, queueCapacity: 4), 4);
            admission.Enter(intent with { Id = intent.Id & ~1ul });
            return admission.Admit(in intent, intent.SubmittedTick, queued: 1, ticksUntilRoom: 1);
        }

        static (Priority First, Priority Second) Left(in Intent intent)
        {
            PriorityLanes lanes = new(2);
            lanes.Enqueue(new Intent { Priority = Priority.Normal }, 0, 0);
            lanes.Enqueue(in intent, 0, 0);
            return (lanes.Dequeue().Intent.Priority, lanes.Dequeue().Intent.Priority);
        }
    }

    [Fact]
    public void Slots_are_whole_cache_lines_and_an_intent_in_them_begins_one()
    {
        WallCommand command = default;
        Assert.Equal(CacheLine, OffsetIn(in command, in command.Intent));
        Assert.Equal(0, Unsafe.SizeOf<WallCommand>() % CacheLine);
        Assert.Equal(CacheLine + Unsafe.SizeOf<Intent>(), Unsafe.SizeOf<WallCommand>());

        WallEvent outcome = default;
        Assert.Equal(CacheLine, OffsetIn(in outcome, in outcome.Intent));
        Assert.Equal(0, Unsafe.SizeOf<WallEvent>() % CacheLine);
        Assert.Equal(CacheLine + Unsafe.SizeOf<Intent>(), Unsafe.SizeOf<WallEvent>());
    }

    [Fact]
    public void A_bucket_takes_16_bytes_so_that_none_lies_across_two_cache_lines()
    {
        Assert.Equal(16, Unsafe.SizeOf<TokenBucket>());
        Assert.False(RuntimeHelpers.IsReferenceOrContainsReferences<TokenBucket>());
        Assert.False(default(TokenBucket).Seen);
    }

    [Fact]
    public void A_verdict_takes_16_bytes() => Assert.Equal(16, Unsafe.SizeOf<Verdict>());

    [Fact]
    public void The_holder_of_a_turn_has_a_cache_line_to_itself_wherever_the_turn_lies()
    {
        FieldInfo holder = Assert.Single(Fields(typeof(Turn)));
        Type padded = holder.FieldType;
        FieldInfo value = Assert.Single(Fields(padded));
        Assert.Equal((typeof(int), CacheLine), (value.FieldType, Offset(value)));
        Assert.Equal((nint)CacheLine, Marshal.OffsetOf(padded, value.Name));

        // The line that the number lies on ends within the padding, and so does the one before it.
        Assert.Equal(3 * CacheLine, padded.StructLayoutAttribute!.Size);
        Assert.Equal(3 * CacheLine, Size(padded));
        Assert.Equal(3 * CacheLine, InstanceSize.Of(() => new Turn()));
    }

    private static FieldInfo[] Fields(Type type) => type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);

    private static int Offset(FieldInfo field) => field.GetCustomAttribute<FieldOffsetAttribute>()!.Value;

    private static int Size(Type type) => (int)typeof(Unsafe).GetMethod(nameof(Unsafe.SizeOf))!.MakeGenericMethod(type).Invoke(null, null)!;

    private static int OffsetIn<TWhole, TField>(in TWhole whole, in TField field) => (int)Unsafe.ByteOffset(
        ref Unsafe.As<TWhole, byte>(ref Unsafe.AsRef(in whole)), ref Unsafe.As<TField, byte>(ref Unsafe.AsRef(in field)));

    private static Span<byte> BytesOf(ref Intent intent) => MemoryMarshal.AsBytes(new Span<Intent>(ref intent));
}
