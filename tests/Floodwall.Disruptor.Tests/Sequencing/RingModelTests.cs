using Disruptor;
using Disruptor.Dsl;
using Floodwall.Disruptor.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace Floodwall.Disruptor.Tests.Sequencing;

/// <summary>Random claims, publications and progress of the consumer, against <see cref="RingModel"/>, over many laps.</summary>
public sealed class RingModelTests
{
    [Theory]
    [InlineData(ProducerType.Single, 1)]
    [InlineData(ProducerType.Single, 2)]
    [InlineData(ProducerType.Single, 8)]
    [InlineData(ProducerType.Multi, 1)]
    [InlineData(ProducerType.Multi, 2)]
    [InlineData(ProducerType.Multi, 8)]
    public void The_ring_does_what_the_model_does(ProducerType type, int size)
    {
        Gen<byte[]> operations = Gen.ArrayOf(Gen.Choose(0, 255).Select(value => (byte)value), 400);
        Prop.ForAll(operations.ToArbitrary(), steps => Run(type, size, steps))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(200));
    }

    private static void Run(ProducerType type, int size, byte[] steps)
    {
        var ring = ValueRingBuffer<Tick>.Create(type, () => default, size, new YieldingWaitStrategy());
        var consumer = new Sequence();
        ring.AddGatingSequences(consumer);
        var model = new RingModel(size);
        foreach (byte step in steps)
        {
            Apply(ring, consumer, model, type, size, operation: step % 6, argument: step / 6);
            Compare(ring, model, type, size);
        }
    }

    private static void Apply(
        ValueRingBuffer<Tick> ring,
        Sequence consumer,
        RingModel model,
        ProducerType type,
        int size,
        int operation,
        int argument)
    {
        switch (operation)
        {
            case 0:
                bool one = model.TryClaim(1);
                Assert.Equal(one, ring.TryNext(out long sequence));
                Write(ring, one ? sequence : -1, 1, model);
                break;
            case 1:
                int n = (argument % size) + 1;
                bool several = model.TryClaim(n);
                Assert.Equal(several, ring.TryNext(n, out long hi));
                Write(ring, several ? hi : -1, n, model);
                break;
            case 2 when model.TryClaim(1):
                Write(ring, ring.Next(), 1, model);
                break;
            case 3 when model.Free > 0:
                int run = (argument % (int)model.Free) + 1;
                Assert.True(model.TryClaim(run));
                Write(ring, ring.Next(run), run, model);
                break;
            case 4 when model.Unpublished.Count > 0:
                Publish(ring, model, type, argument);
                break;
            case 5:
                long last = model.LastOfRun;
                long target = model.Consumed + (last == model.Consumed ? 0 : (argument % (last - model.Consumed)) + 1);
                for (long read = model.Consumed + 1; read <= target; read++)
                {
                    Assert.Equal(read, ring[read].Index);
                }

                model.ConsumeTo(target);
                consumer.SetValue(target);
                break;
            default:
                break;
        }
    }

    private static void Write(ValueRingBuffer<Tick> ring, long hi, int n, RingModel model)
    {
        if (hi < 0)
        {
            return;
        }

        Assert.Equal(model.LastClaimed, hi);
        for (long sequence = hi - n + 1; sequence <= hi; sequence++)
        {
            ring[sequence].Index = sequence;
        }
    }

    /// <summary>One producer publishes in order, a run at a time; many publish as they please.</summary>
    private static void Publish(ValueRingBuffer<Tick> ring, RingModel model, ProducerType type, int argument)
    {
        int at = argument % model.Unpublished.Count;
        if (type == ProducerType.Multi)
        {
            long chosen = model.Unpublished.ElementAt(at);
            model.Publish(chosen);
            ring.Publish(chosen);
            return;
        }

        long[] run = [.. model.Unpublished.Take(at + 1)];
        Array.ForEach(run, model.Publish);
        ring.Publish(run[0], run[^1]);
    }

    private static void Compare(ValueRingBuffer<Tick> ring, RingModel model, ProducerType type, int size)
    {
        Assert.Equal(model.Free, ring.GetRemainingCapacity());
        for (int n = 1; n <= size + 1; n++)
        {
            Assert.Equal(n <= model.Free, ring.HasAvailableCapacity(n));
        }

        Assert.Equal(type == ProducerType.Multi ? model.LastClaimed : model.LastOfRun, ring.Cursor);
        Assert.Equal(model.Consumed, ring.GetMinimumGatingSequence());
        for (long sequence = Math.Max(0, model.LastClaimed - (2 * size)); sequence <= model.LastClaimed + size; sequence++)
        {
            Assert.Equal(model.IsAvailable(sequence), ring.IsAvailable(sequence));
        }

        if (type == ProducerType.Multi && model.LastClaimed >= 0)
        {
            Assert.Equal(
                model.LastOfRun,
                ring.Sequencer.GetHighestPublishedSequence(model.Consumed + 1, model.LastClaimed));
        }
    }
}
