using Floodwall.Policy.Cel;

namespace Floodwall.Policy.Tests.Cel;

/// <summary>Draws any expression that a text can give, from a seed.</summary>
internal sealed class RandomExpr(int seed)
{
    private static readonly string[] Names = ["a", "b", "intent", "pool_2", "_x", "r", "R", "br", "has", "AND", "IF", "e5", "u", "x1"];
    private static readonly string[] Fields = ["a", "as", "while", "content-type", "foo.txt", "/api v1", "in", "true", "null", "e3", "0"];
    private static readonly string[] Texts =
        ["", "a", "\"", "'", "\\", "\a\b\f\n\r\t\v", "\0\u0001\u007f\u0080\u00ad", "é🐱\u2028\ufeff\ue000", "`?", "\U000E0001", "//"];

    private static readonly string[] Unary = [Operators.Not, Operators.Negate];
    private static readonly string[] Binary =
    [
        Operators.And, Operators.Or, Operators.And, Operators.Or, Operators.Equal, Operators.NotEqual, Operators.Less,
        Operators.LessOrEqual, Operators.Greater, Operators.GreaterOrEqual, Operators.Add, Operators.Subtract, Operators.Multiply,
        Operators.Divide, Operators.Modulo, Operators.In, Operators.Index, Operators.OptionalIndex,
    ];

    private static SourceSpan Nowhere => default;

    private readonly Random _random = new(seed);

    public Expr Next(int depth = 6) => depth == 0 || _random.Next(5) == 0 ? Leaf() : _random.Next(12) switch
    {
        0 => new CallExpr(Pick(Unary), null, [Next(depth - 1)], Nowhere),
        1 or 2 or 3 => new CallExpr(Pick(Binary), null, [Next(depth - 1), Next(depth - 1)], Nowhere),
        4 => new CallExpr(Operators.Conditional, null, [Next(depth - 1), Next(depth - 1), Next(depth - 1)], Nowhere),
        5 => new SelectExpr(Next(depth - 1), Pick(Fields), Kind(), Nowhere),
        6 => new CallExpr(Pick(["f", ".g", "size"]), null, Some(() => Next(depth - 1)), Nowhere),
        7 => new CallExpr(Pick(["f", "as", "size"]), Next(depth - 1), Some(() => Next(depth - 1)), Nowhere),
        8 => new ListExpr(Some(() => new ListElement(Next(depth - 1), Coin())), Nowhere),
        9 => new MapExpr(Some(() => new MapEntry(Next(depth - 1), Next(depth - 1), Coin())), Nowhere),
        10 => new MessageExpr(Pick(["T", ".a.T", "a.b.as"]), Some(() => new MessageField(Pick(Fields), Next(depth - 1), Coin())), Nowhere),
        _ => Macro(depth - 1),
    };

    private SelectKind Kind() => (SelectKind)_random.Next(3);

    private MacroExpr Macro(int depth)
    {
        var kind = (MacroKind)_random.Next(Enum.GetValues<MacroKind>().Length);
        bool two = kind is MacroKind.TransformList or MacroKind.TransformMap or MacroKind.TransformMapEntry
            || (kind is MacroKind.All or MacroKind.Exists or MacroKind.ExistsOne && Coin());
        bool filtered = Coin() && kind is MacroKind.Map or MacroKind.TransformList or MacroKind.TransformMap or MacroKind.TransformMapEntry;
        return new MacroExpr(kind, Next(depth), Pick(Names), two ? "second" : null, filtered ? Next(depth) : null, Next(depth), Nowhere);
    }

    private Expr Leaf() => _random.Next(4) == 0
        ? new IdentExpr(Pick(Names), Coin(), Nowhere)
        : new LiteralExpr(
            _random.Next(7) switch
            {
                0 => Literal.Null,
                1 => Literal.Of(Coin()),
                2 => Literal.Of(Pick<long>([0, 1, -1, long.MinValue, long.MaxValue, _random.NextInt64(), -_random.NextInt64()])),
                3 => Literal.Of(Pick<ulong>([0, 1, ulong.MaxValue, (ulong)_random.NextInt64()])),
                4 => Literal.Of(Pick<double>([0.0, -0.0, 1, -2.5, 1e300, 5e-324, double.MaxValue, 1e21, 123456789012345680, _random.NextDouble()])),
                5 => Literal.Of(Pick(Texts) + Pick(Texts)),
                _ => Literal.Of((ReadOnlySpan<byte>)Some(() => (byte)_random.Next(256)).ToArray()),
            },
            Nowhere);

    private List<T> Some<T>(Func<T> next) => [.. Enumerable.Range(0, _random.Next(4)).Select(_ => next())];

    private T Pick<T>(T[] of) => of[_random.Next(of.Length)];

    private bool Coin() => _random.Next(2) == 0;
}
