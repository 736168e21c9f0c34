using System.Numerics;

namespace Floodwall.Pipeline.Tests.Admission;

public sealed class TokenBucketsTests
{
    private static readonly Symbol Agent = new(1);

    [Fact]
    public void Follows_the_formula_of_exact_arithmetic_for_any_ticks()
    {
        Random random = new(1);
        for (int run = 0; run < 300; run++)
        {
            double burst = run % 3 == 0 ? 1 : Math.Round(1 + (random.NextDouble() * 20), 3);
            double refill = run % 5 == 0 ? 0 : Math.Round(random.NextDouble() * 3, 6);
            AdmissionSettings settings = new(burst, refill);
            TokenBuckets buckets = new(settings, symbolCapacity: 4);
            Model model = new(settings);
            ulong now = run % 7 == 0 ? ulong.MaxValue - 500 : (ulong)random.Next(100);
            for (int i = 0; i < 400; i++)
            {
                now = unchecked(now + (ulong)(random.Next(4) == 0 ? random.Next(5) : 0));
                ulong at = random.Next(10) == 0 ? (ulong)random.Next(50) : now;
                bool admitted = !buckets.Take(Agent, at).IsRefused;
                Assert.Equal(model.Take(at), admitted);
                Assert.Equal(model.TokensAt(at), buckets.TokensOf(Agent, at));
            }
        }
    }

    [Fact]
    public void However_long_an_agent_was_away_its_bucket_is_full_and_no_fuller()
    {
        // In 64 bits the gain of so many ticks is zero.
        const ulong Away = 1ul << 63;
        TokenBuckets buckets = new(new AdmissionSettings(burst: 2, refillPerTick: 2), 4);
        Assert.Equal([false, false, true], Take(0));
        Assert.Equal([false, false, true], Take(Away));
        Assert.Equal([false, false, true], Take(ulong.MaxValue));

        bool[] Take(ulong now) => [.. Enumerable.Range(0, 3).Select(_ => buckets.Take(Agent, now).IsRefused)];
    }

    [Fact]
    public void Retry_after_is_the_first_tick_that_succeeds()
    {
        Random random = new(2);
        for (int run = 0; run < 200; run++)
        {
            AdmissionSettings settings = new(1 + random.Next(3), Math.Round(0.01 + random.NextDouble(), 4));
            TokenBuckets buckets = new(settings, 4);
            ulong now = (ulong)random.Next(1000);
            Refusal refusal;
            do
            {
                refusal = buckets.Take(Agent, now);
            }
            while (!refusal.IsRefused);

            Assert.Equal(RefusalKind.RateLimited, refusal.Kind);
            Assert.True(refusal.RetryAfterTicks >= 1);
            Assert.True(buckets.Take(Agent, now + refusal.RetryAfterTicks - 1).IsRefused);
            Assert.False(buckets.Take(Agent, now + refusal.RetryAfterTicks).IsRefused);
        }
    }

    [Fact]
    public void Without_refill_no_retry_can_be_named()
    {
        TokenBuckets buckets = new(new AdmissionSettings(burst: 1, refillPerTick: 0), 4);
        Assert.False(buckets.Take(Agent, 0).IsRefused);
        Assert.Equal(new Refusal(0, RefusalKind.RateLimited), buckets.Take(Agent, ulong.MaxValue));
    }

    [Fact]
    public void A_full_table_refuses_the_new_and_keeps_the_known()
    {
        TokenBuckets buckets = new(new AdmissionSettings(burst: 1, refillPerTick: 1, maxAgents: 2), 8);
        Assert.False(buckets.Take(new Symbol(1), 0).IsRefused);
        Assert.False(buckets.Take(new Symbol(2), 0).IsRefused);
        Assert.Equal(RefusalKind.AgentTableFull, buckets.Take(new Symbol(3), 0).Kind);
        Assert.Equal(RefusalKind.RateLimited, buckets.Take(new Symbol(1), 0).Kind);
        Assert.False(buckets.Take(new Symbol(1), 1).IsRefused);
        Assert.Equal(2, buckets.Agents);
    }

    [Theory]
    [InlineData("burst", 0.999, 1)]
    [InlineData("burst", double.NaN, 1)]
    [InlineData("burst", double.PositiveInfinity, 1)]
    [InlineData("burst", -5, 1)]
    [InlineData("burst", 1e13, 1)]
    [InlineData("refillPerTick", 1, -0.5)]
    [InlineData("refillPerTick", 1, double.NaN)]
    [InlineData("refillPerTick", 1, double.NegativeInfinity)]
    [InlineData("refillPerTick", 1, 1e-9)]
    public void Settings_out_of_range_refuse_with_name_and_value(string name, double burst, double refill)
    {
        var refused = Assert.Throws<ArgumentOutOfRangeException>(() => new AdmissionSettings(burst, refill));
        Assert.Equal(name, refused.ParamName);
        double value = name == "burst" ? burst : refill;
        Assert.Contains(value.ToString(System.Globalization.CultureInfo.InvariantCulture), refused.Message, StringComparison.Ordinal);
    }

    private sealed class Model(AdmissionSettings settings)
    {
        private BigInteger _tokens = settings.BurstUnits;
        private ulong _last;
        private bool _seen;

        public BigInteger TokensAt(ulong now) => !_seen || now <= _last
            ? _tokens
            : BigInteger.Min(settings.BurstUnits, _tokens + ((BigInteger)(now - _last) * settings.RefillUnits));

        public bool Take(ulong now)
        {
            BigInteger tokens = TokensAt(now);
            if (tokens < AdmissionSettings.TokenScale)
            {
                return false;
            }

            _tokens = tokens - AdmissionSettings.TokenScale;
            _last = _seen ? Math.Max(_last, now) : now;
            _seen = true;
            return true;
        }
    }
}
