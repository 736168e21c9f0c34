using System.Globalization;
using Floodwall.Policy.Cel;
using FsCheck;
using FsCheck.Fluent;

namespace Floodwall.Policy.Tests.Cel;

/// <summary>Conversions, and time and numbers as text.</summary>
public sealed class ConversionTests
{
    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(20_000);

    [Fact]
    public void Numbers_and_times_come_back_from_their_text() => Check.One(Many, Prop.ForAll(
        Gen.OneOf(RandomValues.Number, RandomValues.Timestamp, RandomValues.Duration).ToArbitrary(),
        value => ConformanceValues.Matches(value, Call(value.TypeName[(value.TypeName.LastIndexOf('.') + 1)..].ToLowerInvariant(), Call("string", value)))));

    [Fact]
    public void Texts_come_back_from_their_bytes() => Check.One(Many, Prop.ForAll(RandomValues.Text.ToArbitrary(), text =>
        text.Any(char.IsSurrogate) || ConformanceValues.Matches(CelValue.Of(text), Call("string", Call("bytes", CelValue.Of(text))))));

    [Fact]
    public void Integers_come_back_from_the_other_integers_and_doubles_or_are_refused() => Check.One(Many, Prop.ForAll(RandomValues.Number.ToArbitrary(), value =>
        ((string[])["int", "uint", "double"]).All(type =>
        {
            CelValue converted = Call(type, value);
            bool rounds = type == "double" || value.Kind == CelKind.Double;
            return converted is CelError { ErrorKind: CelErrorKind.Range } || rounds || CelEquality.AreEqual(value, converted);
        })));

    [Fact]
    public void Dates_are_those_of_the_platform() => Check.One(Many, Prop.ForAll(RandomValues.Timestamp.ToArbitrary(), value =>
    {
        CelTimestamp at = (CelTimestamp)value;
        DateTime date = DateTime.UnixEpoch.AddSeconds(at.Seconds);
        CivilTime civil = CivilTime.At(at.Seconds);
        return civil == new CivilTime(date.Year, date.Month, date.Day, date.DayOfYear - 1, (int)date.DayOfWeek, date.Hour, date.Minute, date.Second)
            && CivilTime.DaysFromEpoch(date.Year, date.Month, date.Day) == (date.Date - DateTime.UnixEpoch).Days;
    }));

    [Fact]
    public void Fixed_digits_are_those_of_exact_arithmetic() => Check.One(Many, Prop.ForAll(
        Gen.Choose(-1_000_000, 1_000_000).ToArbitrary(), Gen.Choose(0, 6).ToArbitrary(), Gen.Choose(0, 20).ToArbitrary(), (number, precision, shift) =>
        {
            // A fraction of a power of two is exact as a double and as a decimal.
            decimal exact = (decimal)number / (1 << shift);
            string expected = Math.Round(exact, precision, MidpointRounding.ToEven).ToString("F" + precision, CultureInfo.InvariantCulture);
            string actual = DoubleText.Fixed((double)exact, precision);
            return actual.TrimStart('-') == expected.TrimStart('-');
        }));

    [Theory]
    [InlineData("uint(-0.5)", null)]
    [InlineData("uint(18446744073709551616.0)", null)]
    [InlineData("uint(18446744073709549568.0)", "18446744073709549568u")]
    [InlineData("int(9223372036854774784.0)", "9223372036854774784")]
    [InlineData("int(-9223372036854774784.0)", "-9223372036854774784")]
    [InlineData("int(0.0 / 0.0)", null)]
    [InlineData("uint(0.0 / 0.0)", null)]
    [InlineData("int(-0.9)", "0")]
    [InlineData("int('+5')", "5")]
    [InlineData("int(' 5')", null)]
    [InlineData("int('')", null)]
    [InlineData("int('9223372036854775808')", null)]
    [InlineData("int('1_000')", null)]
    [InlineData("uint('-0')", null)]
    [InlineData("uint('+1')", null)]
    [InlineData("double('-inf')", "-Infinity")]
    [InlineData("double('NAN')", "NaN")]
    [InlineData("double('1e999')", null)]
    [InlineData("double(' 1')", null)]
    [InlineData("double('1,000')", null)]
    [InlineData("double('0x10')", null)]
    [InlineData("double('.5e1')", "5.0")]
    [InlineData("string(b'\\xed\\xa0\\x80')", null)]
    [InlineData("timestamp(253402300799)", "timestamp(\"9999-12-31T23:59:59Z\")")]
    [InlineData("timestamp(9223372036854775807)", null)]
    [InlineData("-duration('-9223372036854775808ns')", null)]
    [InlineData("timestamp('9999-12-31T23:30:00Z').getFullYear('+01:00')", "10000")]
    [InlineData("timestamp('0001-01-01T00:30:00Z').getDayOfYear('-01:00')", "365")]
    public void Edges(string expression, string? expected)
    {
        CelValue value = new ReferenceEvaluator().Evaluate(Parsing.Root(expression), CelActivation.Empty);
        Assert.Equal(expected is null, value is CelError);
        Assert.Equal(expected ?? value.ToString(), value.ToString());
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(-0.0, "-0")]
    [InlineData(1000000, "1000000")]
    [InlineData(123.456, "123.456")]
    [InlineData(0.000001, "0.000001")]
    [InlineData(1.5e-7, "1.5e-07")]
    [InlineData(1e20, "100000000000000000000")]
    [InlineData(-1.25e21, "-1.25e+21")]
    [InlineData(5e-324, "5e-324")]
    [InlineData(1.7976931348623157e308, "1.7976931348623157e+308")]
    public void Doubles_as_text(double value, string expected) => Assert.Equal(expected, DoubleText.Shortest(value));

    [Theory]
    [InlineData(9.995, 2, "9.99e+00")]
    [InlineData(9.9999, 2, "1.00e+01")]
    [InlineData(1e-7, 0, "1e-07")]
    [InlineData(-12345.678, 3, "-1.235e+04")]
    [InlineData(0, 2, "0.00e+00")]
    [InlineData(2.5, 0, "2e+00")]
    public void Scientific(double value, int precision, string expected) => Assert.Equal(expected, DoubleText.Scientific(value, precision));

    [Theory]
    [InlineData("1h30m", 5_400_000_000_000)]
    [InlineData("-1.5s", -1_500_000_000)]
    [InlineData("+2ms", 2_000_000)]
    [InlineData("1us2ns", 1_002)]
    [InlineData("3µs", 3_000)]
    [InlineData(".5s", 500_000_000)]
    [InlineData("1.s", 1_000_000_000)]
    [InlineData("0", 0)]
    [InlineData("-0", 0)]
    [InlineData("0.0000000019s", 1)]
    [InlineData("9223372036854775807ns", long.MaxValue)]
    [InlineData("-9223372036854775808ns", long.MinValue)]
    public void Durations(string text, long nanos) => Assert.Equal(nanos, Assert.IsType<CelDuration>(DurationText.Parse(text)).Nanoseconds);

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("1")]
    [InlineData("1.5")]
    [InlineData("s")]
    [InlineData(".s")]
    [InlineData("1..5s")]
    [InlineData("1d")]
    [InlineData("1h ")]
    [InlineData("- 1s")]
    [InlineData("9223372036854775808ns")]
    [InlineData("99999999999999999999999999999999999999h")]
    public void What_is_no_duration(string text) => Assert.IsType<CelError>(DurationText.Parse(text));

    [Theory]
    [InlineData("2024-02-29T23:59:59Z", "2024-02-29T23:59:59Z")]
    [InlineData("2024-02-29T23:59:59.120+02:30", "2024-02-29T21:29:59.12Z")]
    [InlineData("0001-01-01T00:00:00-00:01", "0001-01-01T00:01:00Z")]
    [InlineData("1969-12-31T23:59:59.000000001Z", "1969-12-31T23:59:59.000000001Z")]
    [InlineData("2000-01-01T00:00:00.1234567891Z", "2000-01-01T00:00:00.123456789Z")]
    public void Timestamps(string text, string expected) => Assert.Equal(expected, TimestampText.Print(Assert.IsType<CelTimestamp>(TimestampText.Parse(text))));

    [Theory]
    [InlineData("2023-02-29T00:00:00Z")]
    [InlineData("1900-02-29T00:00:00Z")]
    [InlineData("2024-13-01T00:00:00Z")]
    [InlineData("2024-01-00T00:00:00Z")]
    [InlineData("2024-01-01T24:00:00Z")]
    [InlineData("2024-01-01T00:00:60Z")]
    [InlineData("2024-01-01T00:00:00")]
    [InlineData("2024-01-01T00:00:00.Z")]
    [InlineData("2024-01-01 00:00:00Z")]
    [InlineData("2024-01-01T00:00:00+2:00")]
    [InlineData("2024-01-01T00:00:00+24:00")]
    [InlineData("0001-01-01T00:00:00+00:01")]
    [InlineData("9999-12-31T23:59:59-00:01")]
    [InlineData("+024-01-01T00:00:00Z")]
    [InlineData("")]
    public void What_is_no_timestamp(string text) => Assert.IsType<CelError>(TimestampText.Parse(text));

    [Theory]
    [InlineData("Europe/Paris", 1_700_000_000, 3600)]
    [InlineData("Europe/Paris", 1_690_000_000, 7200)]
    [InlineData("-09:30", 0, -34_200)]
    [InlineData("UTC", 0, 0)]
    public void Time_zones(string name, long seconds, long offset)
    {
        Assert.True(TimeZones.TryGetOffset(name, seconds, out long found));
        Assert.Equal(offset, found);
    }

    [Theory]
    [InlineData("")]
    [InlineData("../../etc/passwd")]
    [InlineData("/etc/localtime")]
    [InlineData("Europe/../UTC")]
    [InlineData("Nowhere/City")]
    [InlineData("+1:00")]
    public void What_is_no_time_zone(string name) => Assert.False(TimeZones.TryGetOffset(name, 0, out _));

    private static CelValue Call(string function, CelValue value) =>
        new ReferenceEvaluator().Evaluate(RandomExpressions.Call(function, new IdentExpr("x", false, default)), new CelActivation([KeyValuePair.Create("x", value)]));
}
