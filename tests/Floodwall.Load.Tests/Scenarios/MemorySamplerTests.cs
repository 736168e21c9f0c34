using Floodwall.Load.Scenarios.Soak;
using Floodwall.Tests;

namespace Floodwall.Load.Tests.Scenarios;

[Collection(nameof(Alone))]
public sealed class MemorySamplerTests
{
    [Fact]
    public void Sampling_allocates_nothing_and_stops_when_it_is_full()
    {
        using MemorySampler sampler = new(TimeSpan.Zero, 5);
        sampler.Watch();
        using NoCollection exact = new();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++)
        {
            sampler.Watch();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(5, sampler.Samples.Length);
    }

    [Fact]
    public void Samples_are_of_this_process()
    {
        using MemorySampler sampler = new(TimeSpan.Zero, 2);
        sampler.Watch();
        byte[] much = GC.AllocateUninitializedArray<byte>(64 << 20);
        much.AsSpan().Fill(1);
        sampler.Watch();
        GC.KeepAlive(much);
        MemorySample first = sampler.Samples[0];
        MemorySample second = sampler.Samples[1];
        Assert.InRange(first.Private, 1 << 20, first.WorkingSet);
        Assert.True(second.WorkingSet - first.WorkingSet >= 32 << 20, $"{first.WorkingSet} to {second.WorkingSet}");
        Assert.True(second.Private - first.Private >= 32 << 20, $"{first.Private} to {second.Private}");
        Assert.True(second.At >= first.At);
    }
}
