using Floodwall.Load.Scenarios.Scale;
using Floodwall.Load.Scenarios.Soak;

namespace Floodwall.Load.Tests.Scenarios;

public sealed class DiskRoomTests
{
    private const long GiB = 1L << 30;

    [Theory]
    [InlineData(300_000_000, 80)]
    [InlineData(300_000_000, 20)]
    [InlineData(100_000_000, 3)]
    [InlineData(10_000_000_000, 500)]
    public void The_largest_ledger_takes_half_of_what_is_free_at_most(long asked, long gibibytes)
    {
        List<string> warnings = [];
        long fits = LedgerCurve.Fitting(asked, gibibytes * GiB, warnings);
        Assert.True(fits * LedgerCurve.BytesPerEntry <= gibibytes * GiB / 2);
        Assert.True(fits <= asked);
        Assert.Equal(fits < asked, warnings.Count == 1);
    }

    [Fact]
    public void Three_hundred_million_entries_fit_forty_free_gibibytes() =>
        Assert.Equal(300_000_000, LedgerCurve.Fitting(300_000_000, 40 * GiB, []));

    [Theory]
    [InlineData(5e6, 60, 100)]
    [InlineData(5e6, 7200, 100)]
    [InlineData(5e6, 120, 6)]
    public void A_soak_stays_within_its_share_of_the_disk_and_says_when_it_is_slowed(double maximum, double seconds, long gibibytes)
    {
        (long perSecond, string? lowered) = SoakRate.Choose(maximum, seconds, gibibytes * GiB);
        double bytes = perSecond * seconds * 62;
        Assert.True(bytes <= Math.Min(SoakRate.MostBytes, gibibytes * GiB / 3.0) * 1.001);
        Assert.True(perSecond <= maximum / 2);
        Assert.Equal(perSecond < (long)(maximum / 2), lowered is not null);
    }
}
