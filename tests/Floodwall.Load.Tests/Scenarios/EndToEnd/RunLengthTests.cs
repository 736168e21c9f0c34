using Floodwall.Load.Scenarios.EndToEnd;

namespace Floodwall.Load.Tests.Scenarios.EndToEnd;

public sealed class RunLengthTests
{
    [Fact]
    public void A_cold_first_run_says_nothing_about_the_length()
    {
        Runner warm = new(coldSeconds: 100, secondsEach: 100e-9, startup: 0);
        Assert.Equal(5_000_000, RunLength.Find(0.5, 400_000, 40_000_000, warm.Run));
    }

    [Fact]
    public void What_a_run_costs_beside_its_intents_does_not_shorten_the_ones_that_count()
    {
        // 50 ms of waking up: read from a run of 40 ms of work, the rate would be half of what it is.
        Runner slowToStart = new(coldSeconds: 1, secondsEach: 100e-9, startup: 0.05);
        long intents = RunLength.Find(0.5, 400_000, 40_000_000, slowToStart.Run);
        Assert.InRange(slowToStart.Run(intents), 0.4, 0.6);
        Assert.True(slowToStart.Longest >= 0.5 / 3);
    }

    [Fact]
    public void A_run_that_was_disturbed_does_not_shorten_the_ones_that_count()
    {
        Runner runner = new(coldSeconds: 1, secondsEach: 100e-9, startup: 0);
        int runs = 0;
        long intents = RunLength.Find(0.5, 400_000, 40_000_000, count => runner.Run(count) * (++runs == 2 ? 6 : 1));
        Assert.Equal(5_000_000, intents);
    }

    [Theory]
    [InlineData(1e-12, 40_000_000)]
    [InlineData(1e-3, 400_000)]
    public void It_ends_at_the_bounds(double secondsEach, long expected) =>
        Assert.Equal(expected, RunLength.Find(0.5, 400_000, 40_000_000, new Runner(0.01, secondsEach, startup: 0).Run));

    private sealed class Runner(double coldSeconds, double secondsEach, double startup)
    {
        private bool _isWarm;

        public double Longest { get; private set; }

        public double Run(long intents)
        {
            if (!_isWarm)
            {
                _isWarm = true;
                return coldSeconds;
            }

            double taken = startup + (intents * secondsEach);
            Longest = Math.Max(Longest, taken);
            return taken;
        }
    }
}
