using System.Runtime.CompilerServices;
using Disruptor;
using Floodwall.Load.Flood;
using Floodwall.Load.Measuring;
using Floodwall.Pipeline;

namespace Floodwall.Load.Scenarios.Stages;

/// <summary>A vocabulary, the policies over it and a flood in its names: what a stage by itself is fed with.</summary>
internal sealed class FloodBench
{
    public FloodBench(FloodShape shape)
    {
        Shape = shape;
        Vocabulary = shape.NewVocabulary();
        Policies = shape.Policies(Vocabulary);
        Stream = new IntentStream(shape, shape.Intern(Vocabulary));
    }

    public FloodShape Shape { get; }

    public Vocabulary Vocabulary { get; }

    public IReadOnlyList<IPolicy> Policies { get; }

    public IntentStream Stream { get; }

    /// <summary>What the pipeline's submit does behind its check.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Publish(ValueRingBuffer<WallCommand> ring, in Intent intent)
    {
        long sequence = ring.Next();
        ref WallCommand slot = ref ring[sequence];
        slot.Kind = CommandKind.Submit;
        slot.Ticket = 0;
        slot.Intent = intent;
        ring.Publish(sequence);
    }

    /// <summary>Ids run from 0, so their sum is known.</summary>
    public static string RequireIdSum(long operations, ulong sum)
    {
        WrongAnswerException.ThrowUnlessEqual(SumBelow(operations), sum, $"sum of {operations} ids");
        return "sum of the ids as expected";
    }

    public static ulong SumBelow(long count) => (ulong)count * ((ulong)count - 1) / 2;
}
