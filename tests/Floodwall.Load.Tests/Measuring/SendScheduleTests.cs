using Floodwall.Load.Measuring;

namespace Floodwall.Load.Tests.Measuring;

public sealed class SendScheduleTests
{
    [Theory]
    [InlineData(100_000, 1_000_000_000)]
    [InlineData(1_000_000, 1_000_000_000)]
    [InlineData(3_333_333, 1_000_000_000)]
    [InlineData(7_919_123, 10_000_000)]
    [InlineData(1, 1_000_000_000)]
    [InlineData(3_000_000_000, 1_000_000_000)]
    public void Walking_gives_the_times_of_the_formula(long perSecond, long frequency)
    {
        SendSchedule schedule = new(123_456_789, perSecond, frequency);
        SendSchedule.Walker walker = schedule.Walk();
        for (long number = 0; number < 200_000; number++)
        {
            Assert.Equal(schedule.DueAt(number), walker.Due);
            walker.Next();
        }
    }

    [Fact]
    public void An_hour_ends_exactly_an_hour_later()
    {
        const long Frequency = 1_000_000_000;
        foreach (long perSecond in (long[])[1, 7, 100_000, 3_333_333, 6_400_001])
        {
            SendSchedule schedule = new(42, perSecond, Frequency);
            Assert.Equal(42 + (3600 * Frequency), schedule.DueAt(3600 * perSecond));
        }
    }

    [Fact]
    public void Times_do_not_depend_on_when_anybody_looks()
    {
        // Coordinated omission would be a schedule that waits for whoever is late.
        SendSchedule schedule = new(0, 1000, 1_000_000_000);
        SendSchedule.Walker walker = schedule.Walk();
        for (int i = 0; i < 10; i++)
        {
            walker.Next();
        }

        Assert.Equal(10_000_000, walker.Due);
    }
}
