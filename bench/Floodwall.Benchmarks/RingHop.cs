using System.Runtime.InteropServices;
using System.Threading.Channels;
using BenchmarkDotNet.Attributes;
using Disruptor;
using Disruptor.Dsl;
using Floodwall.Benchmarks.Support;

namespace Floodwall.Benchmarks;

/// <summary>64 bytes from one thread to another: the value ring against a bounded channel of the same depth. Figures are for one event.</summary>
[MemoryDiagnoser]
public class RingHop
{
    private const int Events = 4_000_000;
    private const int Slots = 4096;

    private ValueDisruptor<Slot>? _disruptor;
    private Adder _adder = new();
    private long _published;

    [GlobalSetup(Target = nameof(Ring))]
    public void StartRing()
    {
        _adder = new Adder();
        _published = 0;
        _disruptor = new ValueDisruptor<Slot>(static () => default, Slots, TaskScheduler.Default, ProducerType.Single, new YieldingWaitStrategy());
        _disruptor.HandleEventsWith(_adder);
        _disruptor.Start();
    }

    [GlobalCleanup(Target = nameof(Ring))]
    public void StopRing() => _disruptor!.Shutdown();

    [Benchmark(OperationsPerInvoke = Events, Description = "ValueDisruptor")]
    public long Ring()
    {
        ValueRingBuffer<Slot> ring = _disruptor!.RingBuffer;
        long before = _adder.Sum;
        for (int i = 0; i < Events; i++)
        {
            long sequence = ring.Next();
            ring[sequence].Value = i;
            ring.Publish(sequence);
        }

        _published += Events;
        while (_disruptor.GetSequenceValueFor(_adder) < _published - 1)
        {
            Thread.Yield();
        }

        return Checked(_adder.Sum - before);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Events, Description = "bounded Channel")]
    public long Channel()
    {
        Channel<Slot> channel = System.Threading.Channels.Channel.CreateBounded<Slot>(
            new BoundedChannelOptions(Slots) { SingleReader = true, SingleWriter = true });
        Task<long> reader = Task.Run(() => SumAsync(channel.Reader));
        WriteAsync(channel.Writer).GetAwaiter().GetResult();
        return Checked(reader.GetAwaiter().GetResult());
    }

    private static async Task WriteAsync(ChannelWriter<Slot> writer)
    {
        for (int i = 0; i < Events; i++)
        {
            Slot slot = new() { Value = i };
            if (!writer.TryWrite(slot))
            {
                await writer.WriteAsync(slot).ConfigureAwait(false);
            }
        }

        writer.Complete();
    }

    private static async Task<long> SumAsync(ChannelReader<Slot> reader)
    {
        long sum = 0;
        while (await reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (reader.TryRead(out Slot slot))
            {
                sum += slot.Value;
            }
        }

        return sum;
    }

    private static long Checked(long sum)
    {
        Answer.Require((long)Events * (Events - 1) / 2, sum, "sum of the events");
        return sum;
    }

    [StructLayout(LayoutKind.Explicit, Size = 64)]
    private struct Slot
    {
        [FieldOffset(0)] public long Value;
    }

    private sealed class Adder : IValueEventHandler<Slot>
    {
        private long _sum;

        public long Sum => Volatile.Read(ref _sum);

        public void OnEvent(ref Slot data, long sequence, bool endOfBatch) => _sum += data.Value;
    }
}
