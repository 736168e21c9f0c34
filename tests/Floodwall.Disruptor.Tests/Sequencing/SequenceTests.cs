using Disruptor;
using Floodwall.Disruptor.Tests.Support;

namespace Floodwall.Disruptor.Tests.Sequencing;

public sealed class SequenceTests
{
    [Fact]
    public void It_starts_before_the_first_event()
    {
        Assert.Equal(-1, Sequence.InitialCursorValue);
        Assert.Equal(-1, new Sequence().Value);
        Assert.Equal("-1", new Sequence().ToString());
        Assert.Equal(42, new Sequence(42).Value);
    }

    [Fact]
    public void Its_members_do_what_they_say()
    {
        var sequence = new Sequence(5);
        Assert.Equal(6, sequence.IncrementAndGet());
        Assert.Equal(16, sequence.AddAndGet(10));
        Assert.Equal(6, sequence.AddAndGet(-10));
        Assert.False(sequence.CompareAndSet(5, 100));
        Assert.Equal(6, sequence.Value);
        Assert.True(sequence.CompareAndSet(6, 100));
        sequence.SetValue(long.MaxValue);
        Assert.Equal(long.MaxValue, sequence.Value);
        sequence.SetValueVolatile(7);
        Assert.Equal(7, sequence.Value);
    }

    [Fact]
    public void Concurrent_increments_are_all_counted()
    {
        const int PerThread = 50_000;
        var sequence = new Sequence(0);
        Thread[] threads =
        [
            Patience.Run("one by one", () => Repeat(PerThread, () => sequence.IncrementAndGet())),
            Patience.Run("by two", () => Repeat(PerThread, () => sequence.AddAndGet(2))),
            Patience.Run("compared", () => Repeat(PerThread, () =>
            {
                long value;
                do
                {
                    value = sequence.Value;
                }
                while (!sequence.CompareAndSet(value, value + 3));
            })),
        ];
        Array.ForEach(threads, Patience.Join);
        Assert.Equal(PerThread * 6, sequence.Value);
    }

    private static void Repeat(int times, Action action)
    {
        for (int i = 0; i < times; i++)
        {
            action();
        }
    }
}
