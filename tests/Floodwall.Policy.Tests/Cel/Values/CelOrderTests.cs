using System.Numerics;
using Floodwall.Policy.Cel;
using FsCheck;
using FsCheck.Fluent;

namespace Floodwall.Policy.Tests.Cel;

/// <summary>Equality and ordering over random values.</summary>
public sealed class CelOrderTests
{
    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(20_000);

    [Fact]
    public void Equality_is_symmetric_and_reflexive_but_for_NaN() => Check.One(Many, Prop.ForAll(Pairs(RandomValues.Value), pair =>
        CelEquality.AreEqual(pair.A, pair.B) == CelEquality.AreEqual(pair.B, pair.A)
        && CelEquality.AreEqual(pair.A, pair.A) == !HoldsNaN(pair.A)));

    [Fact]
    public void Equality_is_transitive() => Check.One(Many, Prop.ForAll(Triples(RandomValues.Number), triple =>
        Transitive(triple.A, triple.B, triple.C)
        && Transitive(List(triple.A, triple.B), List(triple.B, triple.C), List(triple.C, triple.A))));

    [Fact]
    public void Numbers_are_equal_where_they_are_the_same_number() => Check.One(Many, Prop.ForAll(Pairs(RandomValues.Number), pair =>
        CelEquality.AreEqual(pair.A, pair.B) == (Exact(pair.A) is { } a && Exact(pair.B) is { } b && a == b)));

    [Fact]
    public void Ordering_is_antisymmetric() => Check.One(Many, Prop.ForAll(Pairs(RandomValues.Value), pair =>
    {
        bool comparable = CelOrdering.AreComparable(pair.A, pair.B);
        return comparable == CelOrdering.AreComparable(pair.B, pair.A)
            && (!comparable || CelOrdering.Compare(pair.A, pair.B) is not { } order || Math.Sign(order) == -Math.Sign(CelOrdering.Compare(pair.B, pair.A)!.Value));
    }));

    [Fact]
    public void Numbers_below_one_another_are_ordered_so_but_where_an_integer_rounds_to_the_double() =>
        Check.One(Many, Prop.ForAll(Pairs(RandomValues.Number), pair =>
        {
            int? order = CelOrdering.Compare(pair.A, pair.B);
            return Exact(pair.A) is not { } a || Exact(pair.B) is not { } b
                || order == a.CompareTo(b) || (order == 0 && pair.A.Kind != pair.B.Kind && AsDouble(pair.A).Equals(AsDouble(pair.B)));
        }));

    [Fact]
    public void Keys_of_maps_have_a_total_order() => Check.One(Many, Prop.ForAll(Triples(RandomValues.Key), triple =>
    {
        int ab = CelMapKeys.Compare(triple.A, triple.B);
        int bc = CelMapKeys.Compare(triple.B, triple.C);
        return Math.Sign(ab) == -Math.Sign(CelMapKeys.Compare(triple.B, triple.A))
            && (ab > 0 || bc > 0 || CelMapKeys.Compare(triple.A, triple.C) <= 0)
            && (ab == 0) == CelEquality.AreEqual(triple.A, triple.B);
    }));

    [Fact]
    public void A_map_finds_its_keys_under_any_type_of_number() => Check.One(Many, Prop.ForAll(Pairs(RandomValues.Key), pair =>
    {
        CelValue map = CelMap.Create([KeyValuePair.Create(pair.A, CelValue.Of(1L)), KeyValuePair.Create(pair.B, CelValue.Of(2L))]);
        return map is CelError
            ? CelEquality.AreEqual(pair.A, pair.B)
            : ((CelMap)map).TryGet(pair.A, out CelValue? one) && CelEquality.AreEqual(one, CelValue.Of(1L))
                && ((CelMap)map).TryGet(pair.B, out CelValue? two) && CelEquality.AreEqual(two, CelValue.Of(2L));
    }));

    [Fact]
    public void Maps_do_not_know_the_order_of_insertion() => Check.One(Many, Prop.ForAll(Pairs(RandomValues.Key), pair =>
    {
        KeyValuePair<CelValue, CelValue> first = KeyValuePair.Create(pair.A, CelValue.Of(1L));
        KeyValuePair<CelValue, CelValue> second = KeyValuePair.Create(pair.B, CelValue.Of(2L));
        CelValue map = CelMap.Create([first, second]);
        return map is CelError || CelMap.Create([second, first]).ToString() == map.ToString();
    }));

    [Fact]
    public void Strings_are_ordered_by_code_points() => Check.One(Many, Prop.ForAll(Pairs(RandomValues.Text.Select(CelValue.Of)), pair =>
    {
        int[] a = [.. ((CelString)pair.A).Value.EnumerateRunes().Select(rune => rune.Value)];
        int[] b = [.. ((CelString)pair.B).Value.EnumerateRunes().Select(rune => rune.Value)];
        return Math.Sign(CelOrdering.Compare(pair.A, pair.B)!.Value) == Math.Sign(a.AsSpan().SequenceCompareTo(b))
            && CelText.Count(((CelString)pair.A).Value) == a.Length;
    }));

    private static bool Transitive(CelValue a, CelValue b, CelValue c) =>
        !CelEquality.AreEqual(a, b) || !CelEquality.AreEqual(b, c) || CelEquality.AreEqual(a, c);

    private static CelList List(params CelValue[] elements) => new(elements);

    private static bool HoldsNaN(CelValue value) => value switch
    {
        CelDouble number => double.IsNaN(number.Value),
        CelList list => list.Elements.Any(HoldsNaN),
        CelMap map => map.Entries.Any(entry => HoldsNaN(entry.Value)),
        CelOptional { Value: { } inner } => HoldsNaN(inner),
        _ => false,
    };

    /// <summary>A number times 2^1074, which makes every finite double whole; null for NaN. Infinities lie beyond everything.</summary>
    private static BigInteger? Exact(CelValue value)
    {
        switch (value)
        {
            case CelInt number:
                return (BigInteger)number.Value << 1074;
            case CelUint number:
                return (BigInteger)number.Value << 1074;
            case CelDouble { Value: double.NaN }:
                return null;
            case CelDouble { Value: var number } when double.IsInfinity(number):
                return BigInteger.Pow(2, 4000) * Math.Sign(number);
            default:
                double finite = ((CelDouble)value).Value;
                long bits = BitConverter.DoubleToInt64Bits(finite);
                int exponent = (int)((bits >> 52) & 0x7FF);
                BigInteger mantissa = (bits & ((1L << 52) - 1)) | (exponent == 0 ? 0 : 1L << 52);
                return (mantissa << Math.Max(exponent - 1, 0)) * (double.IsNegative(finite) ? -1 : 1);
        }
    }

    private static double AsDouble(CelValue value) => value switch
    {
        CelInt number => number.Value,
        CelUint number => number.Value,
        _ => ((CelDouble)value).Value,
    };

    private static Arbitrary<(CelValue A, CelValue B)> Pairs(Gen<CelValue> values) =>
        Gen.OneOf(from a in values from b in values select (a, b), from a in values select (a, a)).ToArbitrary();

    private static Arbitrary<(CelValue A, CelValue B, CelValue C)> Triples(Gen<CelValue> values) =>
        (from a in values from b in values from c in values select (a, b, c)).ToArbitrary();
}
