using System.Diagnostics;
using Floodwall.Load.Measuring;

namespace Floodwall.Load.Tests.Measuring;

/// <summary>Whose a stall was, by the clock and the kernel's account of the thread.</summary>
public sealed class StallMeterTests
{
    private static readonly long Microsecond = Stopwatch.Frequency / 1_000_000;
    private readonly Queue<ThreadUsage?> _account = new();

    [Fact]
    public void Short_gaps_are_no_stalls_and_ask_nobody()
    {
        StallMeter meter = Started(Usage(0));
        for (long now = 1; now < 40; now++)
        {
            meter.Tick(now * 49 * Microsecond);
        }

        Assert.Equal((0L, 0L), (meter.Count, meter.Total));
    }

    [Fact]
    public void A_stall_in_which_the_kernel_counted_nothing_was_another_threads()
    {
        StallMeter meter = Started(Usage(0), Usage(10, taken: 1));
        meter.Tick(10 * Microsecond);
        meter.Tick(1010 * Microsecond);
        Assert.Equal((1L, 1000 * Microsecond, 1000 * Microsecond, 0L, 1L), (meter.Count, meter.Total, meter.OtherThreads, meter.Host, meter.Taken));
    }

    [Fact]
    public void One_in_which_it_counted_nothing_and_did_not_switch_was_the_hosts()
    {
        StallMeter meter = Started(Usage(0), Usage(10), Usage(20, taken: 7));
        meter.Tick(10 * Microsecond);
        meter.Tick(1010 * Microsecond);
        Assert.Equal((1000 * Microsecond, 0L, 1000 * Microsecond), (meter.Total, meter.OtherThreads, meter.Host));

        // What was taken behind the last stall counts too.
        meter.Stop();
        Assert.Equal(7, meter.Taken);
    }

    [Fact]
    public void A_stall_on_the_core_was_its_own_or_the_machines()
    {
        StallMeter meter = Started(Usage(0), Usage(1010), Usage(1360));
        meter.Tick(10 * Microsecond);
        meter.Tick(1010 * Microsecond);
        Assert.Equal((1000 * Microsecond, 0L, 0L), (meter.Total, meter.OtherThreads, meter.Host));

        // Another one of 450, of which 100 without a core.
        meter.Tick(1460 * Microsecond);
        Assert.Equal((1450 * Microsecond, 0L, 100 * Microsecond), (meter.Total, meter.OtherThreads, meter.Host));
    }

    [Fact]
    public void No_stall_is_longer_than_its_gap()
    {
        // Nine milliseconds were lost in gaps too short to count before this one of one.
        StallMeter meter = Started(Usage(0), Usage(90_000));
        for (long now = 1; now <= 2500; now++)
        {
            meter.Tick(now * 40 * Microsecond);
        }

        meter.Tick(((2500 * 40) + 1000) * Microsecond);
        Assert.Equal((1L, 1000 * Microsecond, 1000 * Microsecond), (meter.Count, meter.Total, meter.Host));
    }

    [Fact]
    public void Where_the_kernel_cannot_be_asked_only_the_gap_counts()
    {
        StallMeter meter = Started(null, null);
        meter.Tick(700 * Microsecond);
        Assert.Equal((1L, 700 * Microsecond, 0L, 0L, false), (meter.Count, meter.Total, meter.OtherThreads, meter.Taken, meter.CanDivide));
    }

    [Fact]
    public void The_kernels_account_of_this_thread_goes_forward()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "getrusage(2) of one thread is Linux's");
        ThreadUsage before = ThreadUsage.Read()!.Value;
        ulong work = 1;
        ThreadUsage after;
        do
        {
            for (int i = 0; i < 100_000; i++)
            {
                work = (work * 6364136223846793005) + 1;
            }

            after = ThreadUsage.Read()!.Value;
        }
        while (after.Processor == before.Processor && work != 0);
        Assert.True(after.Processor > before.Processor && after.Taken >= before.Taken && after.Given >= before.Given);
    }

    private static ThreadUsage? Usage(int microseconds, long taken = 0) => new ThreadUsage(TimeSpan.FromMicroseconds(microseconds), 0, taken);

    private StallMeter Started(params ThreadUsage?[] account)
    {
        foreach (ThreadUsage? one in account)
        {
            _account.Enqueue(one);
        }

        StallMeter meter = new(_account.Dequeue);
        meter.Start(0);
        return meter;
    }
}
