using Floodwall.Policy.Cel;
using FsCheck;
using FsCheck.Fluent;

namespace Floodwall.Policy.Tests.Cel;

/// <summary>Random values: mostly from the edges of their types, so that different types often meet in the same number.</summary>
internal static class RandomValues
{
    private static readonly double[] Doubles =
    [
        0.0, -0.0, 1, -1, 0.5, 2, 9007199254740991, 9007199254740992, 9007199254740994, 9223372036854774784, 9223372036854775808.0, -9223372036854775808.0,
        -9223372036854777856.0, 18446744073709549568.0, 18446744073709551616.0, 1e300, -1e300, 5e-324, double.NaN, double.PositiveInfinity, double.NegativeInfinity,
    ];

    private static readonly long[] Ints =
        [0, 1, -1, 2, 3, 9007199254740991, 9007199254740992, 9007199254740993, long.MaxValue, long.MaxValue - 1, long.MinValue, long.MinValue + 1];

    private static readonly ulong[] Uints =
        [0, 1, 2, 3, 9007199254740993, long.MaxValue, (ulong)long.MaxValue + 1, ulong.MaxValue, ulong.MaxValue - 1, 18446744073709549568];

    public static Gen<CelValue> Number { get; } = Gen.OneOf(
        Gen.OneOf(Gen.Elements(Ints), ArbMap.Default.GeneratorFor<long>()).Select(CelValue.Of),
        Gen.OneOf(Gen.Elements(Uints), ArbMap.Default.GeneratorFor<ulong>()).Select(CelValue.Of),
        Gen.OneOf(Gen.Elements(Doubles), ArbMap.Default.GeneratorFor<double>()).Select(CelValue.Of));

    /// <summary>Texts that mean something to some function, and letters from both sides of the surrogates.</summary>
    public static Gen<string> Text { get; } = Gen.OneOf(
        Gen.Elements("", "a", "ab", "aba", "1", "-1", "1.5", "true", "1h", "-1.5s", "2009-02-13T23:31:30Z", "0001-01-01T00:00:00+01:00", "UTC", "+11:00",
            "Europe/Paris", "10.0.0.0/8", "10.1.2.3", "2001:db8::/32", "%s and %d", "%.3f", "%", "(a|b)*", "[", "\\pL+", "x", "\U0001F431", "\uFFFD\uD83D\uDE00"),
        Gen.ArrayOf(Gen.Elements('a', 'b', 'é', '\uE000', '\uFFFF'), 3).Select(letters => new string(letters)));

    public static Gen<CelValue> Timestamp { get; } =
        from day in Gen.Choose((int)(CelTimestamp.MinSeconds / 86_400), (int)(CelTimestamp.MaxSeconds / 86_400))
        from second in Gen.Choose(0, 86_399)
        from nanos in Gen.OneOf(Gen.Elements(0, 1, 500_000_000, 999_999_999), Gen.Choose(0, 999_999_999))
        select (CelValue)new CelTimestamp((day * 86_400L) + second, nanos);

    public static Gen<CelValue> Duration { get; } =
        Gen.OneOf(Gen.Elements(0L, 1, -1, long.MaxValue, long.MinValue), ArbMap.Default.GeneratorFor<long>()).Select(nanos => (CelValue)new CelDuration(nanos));

    /// <summary>A key of a map.</summary>
    public static Gen<CelValue> Key { get; } = Gen.OneOf(
        Gen.Elements(Ints).Select(CelValue.Of), Gen.Elements(Uints).Select(CelValue.Of), Text.Select(CelValue.Of), Gen.Elements(false, true).Select(CelValue.Of));

    public static Gen<CelValue> Scalar { get; } = Gen.OneOf(
        Number, Number, Key, Timestamp, Duration,
        Gen.Elements(CelValue.Null, new CelTypeValue("int"), new CelTypeValue("list"), CelOptional.None),
        Text.Select(text => CelValue.Of(System.Text.Encoding.UTF8.GetBytes(text).AsSpan())));

    /// <summary>Any value.</summary>
    public static Gen<CelValue> Value { get; } = Nested(3);

    private static Gen<CelValue> Nested(int depth) => depth == 0
        ? Scalar
        : Gen.OneOf(Scalar, Scalar, Nested(depth - 1).Select(value => (CelValue)CelOptional.Some(value)), ListOf(Nested(depth - 1)), MapOf(Nested(depth - 1)));

    private static Gen<CelValue> ListOf(Gen<CelValue> element) =>
        from length in Gen.Choose(0, 3)
        from elements in Gen.ArrayOf(element, length)
        select (CelValue)new CelList(elements);

    private static Gen<CelValue> MapOf(Gen<CelValue> value) =>
        from length in Gen.Choose(0, 3)
        from keys in Gen.ArrayOf(Key, length)
        from values in Gen.ArrayOf(value, length)
        let map = CelMap.Create(keys.Zip(values, KeyValuePair.Create))
        select map is CelMap ? map : CelMap.Empty;
}
