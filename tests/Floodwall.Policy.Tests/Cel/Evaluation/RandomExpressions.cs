using Floodwall.Policy.Cel;
using FsCheck;
using FsCheck.Fluent;

namespace Floodwall.Policy.Tests.Cel;

/// <summary>Random expressions over every kind of node and every function, most of them ill-typed somewhere.</summary>
internal static class RandomExpressions
{
    private static readonly string[] Names = ["x", "y", "o", "u", "k", "v", "nowhere", "int", "optional_type"];
    private static readonly string[] Fields = ["a", "set", "unset", "missing", "nowhere"];

    private static readonly CelFunction[] Functions = [.. CelFunctions.All.OrderBy(f => f.Name, StringComparer.Ordinal).ThenBy(f => f.IsMethod).ThenBy(f => f.Arity)];

    private static Gen<Expr> Leaf { get; } = Gen.OneOf(
        RandomValues.Scalar.Select(Literal),
        Gen.Elements(false, true).Select(value => (Expr)new LiteralExpr(Policy.Cel.Literal.Of(value), new SourceSpan(1, 2))),
        Gen.Elements(Names).Select(name => (Expr)new IdentExpr(name, false, new SourceSpan(2, 3))));

    /// <summary>Bools and what gives them come more often, so that conditions get somewhere.</summary>
    public static Gen<Expr> Any { get; } = Nested(4);

    /// <summary>Variables: two values, an object, and one that is unknown.</summary>
    public static Gen<CelActivation> Activation { get; } =
        from x in RandomValues.Value
        from y in RandomValues.Value
        select new CelActivation(
        [
            KeyValuePair.Create("x", x), KeyValuePair.Create("y", y),
            KeyValuePair.Create("o", (CelValue)new CelObject(new SampleObject())), KeyValuePair.Create("u", (CelValue)new CelUnknown("u")),
        ]);

    public static Expr Call(string function, params Expr[] args) => new CallExpr(function, null, args, new SourceSpan(0, 1));

    private static Gen<Expr> Nested(int depth)
    {
        if (depth == 0)
        {
            return Leaf;
        }

        Gen<Expr> inner = Nested(depth - 1);
        return Gen.OneOf(Leaf, Operator(inner), Operator(inner), Function(inner), Function(inner), Logic(inner), Logic(inner), Select(inner), List(inner), Map(inner), Macro(inner), Macro(inner));
    }

    private static Gen<Expr> Operator(Gen<Expr> inner) =>
        from function in Gen.Elements(Functions.Where(f => !char.IsAsciiLetter(f.Name[0])).ToArray())
        from args in Gen.ArrayOf(inner, function.Arity)
        select (Expr)new CallExpr(function.Name, null, args, new SourceSpan(3, 4));

    private static Gen<Expr> Function(Gen<Expr> inner) =>
        from function in Gen.Elements(Functions)
        from args in Gen.ArrayOf(inner, function.Arity)
        select (Expr)Call(function, args);

    private static CallExpr Call(CelFunction function, Expr[] args)
    {
        SourceSpan span = new(4, 5);
        int dot = function.Name.LastIndexOf('.');
        return dot >= 0 ? new CallExpr(function.Name[(dot + 1)..], new IdentExpr(function.Name[..dot], false, span), args, span)
            : function.IsMethod ? new CallExpr(function.Name, args[0], args[1..], span)
            : new CallExpr(function.Name, null, args, span);
    }

    private static Gen<Expr> Logic(Gen<Expr> inner) =>
        from name in Gen.Elements(Operators.And, Operators.Or, Operators.Conditional)
        from args in Gen.ArrayOf(inner, 3)
        select (Expr)new CallExpr(name, null, name == Operators.Conditional ? args : args[..2], new SourceSpan(5, 6));

    private static Gen<Expr> Select(Gen<Expr> inner) =>
        from operand in inner
        from field in Gen.Elements(Fields)
        from kind in Gen.Elements(SelectKind.Value, SelectKind.Test, SelectKind.Optional)
        select (Expr)new SelectExpr(operand, field, kind, new SourceSpan(6, 7));

    private static Gen<Expr> List(Gen<Expr> inner) =>
        from length in Gen.Choose(0, 3)
        from elements in Gen.ArrayOf(inner, length)
        from optional in Gen.Choose(0, 9)
        select (Expr)new ListExpr([.. elements.Select((element, i) => new ListElement(element, i == optional))], new SourceSpan(7, 8));

    private static Gen<Expr> Map(Gen<Expr> inner) =>
        from length in Gen.Choose(0, 2)
        from keys in Gen.ArrayOf(Gen.OneOf(inner, RandomValues.Key.Select(Literal)), length)
        from values in Gen.ArrayOf(inner, length)
        from optional in Gen.Choose(0, 9)
        select (Expr)new MapExpr([.. keys.Select((key, i) => new MapEntry(key, values[i], i == optional))], new SourceSpan(8, 9));

    private static Gen<Expr> Macro(Gen<Expr> inner) =>
        from kind in Gen.Elements(Enum.GetValues<MacroKind>())
        from parts in Gen.ArrayOf(inner, 3)
        from two in Gen.Elements(false, true)
        from filtered in Gen.Elements(false, true)
        select (Expr)new MacroExpr(kind, parts[0], "k", two ? "v" : null, filtered ? parts[1] : null, parts[2], new SourceSpan(9, 10));

    private static Expr Literal(CelValue value)
    {
        SourceSpan span = new(10, 11);
        Literal? literal = value switch
        {
            CelBool v => Policy.Cel.Literal.Of(v.Value),
            CelInt v => Policy.Cel.Literal.Of(v.Value),
            CelUint v => Policy.Cel.Literal.Of(v.Value),
            CelDouble v => Policy.Cel.Literal.Of(v.Value),
            CelString v => Policy.Cel.Literal.Of(v.Value),
            CelBytes v => Policy.Cel.Literal.Of(v.Span),
            CelNull => Policy.Cel.Literal.Null,
            _ => null,
        };
        return literal is not null ? new LiteralExpr(literal, span) : value switch
        {
            CelDuration or CelTimestamp => Call(value.Kind == CelKind.Duration ? "duration" : "timestamp", new LiteralExpr(Policy.Cel.Literal.Of(TextConversion.ToText(value)), span)),
            CelTypeValue type => new IdentExpr(type.Name, false, span),
            _ => new CallExpr("none", new IdentExpr("optional", false, span), [], span),
        };
    }
}
