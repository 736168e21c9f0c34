namespace Floodwall.Policy.Cel;

/// <summary>
/// A node of a parsed expression of the Common Expression Language (google/cel-spec, doc/langdef.md). Immutable. Macros stay as
/// they were written (<see cref="MacroExpr"/>): evaluators run them as loops of their own, and the printer gives them back.
/// </summary>
/// <param name="Span">Where it stands in the text.</param>
public abstract record Expr(SourceSpan Span);

/// <summary>A literal.</summary>
/// <param name="Value">A null, bool, int, uint, double, string or bytes.</param>
/// <param name="Span">Where it stands in the text.</param>
public sealed record LiteralExpr(Literal Value, SourceSpan Span) : Expr(Span);

/// <summary>A name.</summary>
/// <param name="Name">Without the leading dot.</param>
/// <param name="Rooted">Whether a leading dot bars the container's scope: <c>.name</c>.</param>
/// <param name="Span">Where it stands in the text.</param>
public sealed record IdentExpr(string Name, bool Rooted, SourceSpan Span) : Expr(Span);

/// <summary>A field of a message or an entry of a map: <c>operand.field</c>, <c>operand.?field</c>, <c>has(operand.field)</c>.</summary>
/// <param name="Operand">What it is selected from.</param>
/// <param name="Field">The field's name.</param>
/// <param name="Kind">Which of the three.</param>
/// <param name="Span">Where it stands in the text.</param>
public sealed record SelectExpr(Expr Operand, string Field, SelectKind Kind, SourceSpan Span) : Expr(Span);

/// <summary>How a field is selected.</summary>
public enum SelectKind
{
    /// <summary><c>e.f</c>: the value; an error where there is none.</summary>
    Value,

    /// <summary><c>has(e.f)</c>: whether there is one.</summary>
    Test,

    /// <summary><c>e.?f</c>: an optional value.</summary>
    Optional,
}

/// <summary>An operator, or a function or method call.</summary>
/// <param name="Function">The function's name; for an operator its name of <see cref="Operators"/>.</param>
/// <param name="Target">The receiver of a method call, else null.</param>
/// <param name="Args">The operands or arguments.</param>
/// <param name="Span">Where it stands in the text.</param>
public sealed record CallExpr(string Function, Expr? Target, IReadOnlyList<Expr> Args, SourceSpan Span) : Expr(Span);

/// <summary>A list: <c>[a, ?b]</c>.</summary>
/// <param name="Elements">In order.</param>
/// <param name="Span">Where it stands in the text.</param>
public sealed record ListExpr(IReadOnlyList<ListElement> Elements, SourceSpan Span) : Expr(Span);

/// <summary>An element of a list.</summary>
/// <param name="Value">The element.</param>
/// <param name="Optional">Whether it is written with <c>?</c>: left out where it is none.</param>
public readonly record struct ListElement(Expr Value, bool Optional);

/// <summary>A map: <c>{k: v, ?k: v}</c>.</summary>
/// <param name="Entries">In order.</param>
/// <param name="Span">Where it stands in the text.</param>
public sealed record MapExpr(IReadOnlyList<MapEntry> Entries, SourceSpan Span) : Expr(Span);

/// <summary>An entry of a map.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">The value.</param>
/// <param name="Optional">Whether it is written with <c>?</c>: left out where the value is none.</param>
public readonly record struct MapEntry(Expr Key, Expr Value, bool Optional);

/// <summary>A message: <c>pkg.Type{f: v}</c>. Parsed, so that it can be refused by its name: there are no message types here.</summary>
/// <param name="TypeName">The type's name as written, with a leading dot where there is one.</param>
/// <param name="Fields">In order.</param>
/// <param name="Span">Where it stands in the text.</param>
public sealed record MessageExpr(string TypeName, IReadOnlyList<MessageField> Fields, SourceSpan Span) : Expr(Span);

/// <summary>A field of a message.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value.</param>
/// <param name="Optional">Whether it is written with <c>?</c>.</param>
public readonly record struct MessageField(string Name, Expr Value, bool Optional);

/// <summary>A macro over a list's elements or a map's keys, or over an optional value.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Target">The range, or the optional value.</param>
/// <param name="Variable">The variable of the element or key; of the index or key where there is a second.</param>
/// <param name="SecondVariable">The variable of the element or value in the two-variable macros, else null.</param>
/// <param name="Filter">The condition of <c>map(x, condition, transform)</c> and <c>transformX(i, v, condition, transform)</c>, else null.</param>
/// <param name="Body">The predicate or the transform.</param>
/// <param name="Span">Where it stands in the text.</param>
public sealed record MacroExpr(
    MacroKind Kind, Expr Target, string Variable, string? SecondVariable, Expr? Filter, Expr Body, SourceSpan Span) : Expr(Span);

/// <summary>The macros with a variable.</summary>
public enum MacroKind
{
    /// <summary><c>all</c>: a conjunction; errors are absorbed by a false.</summary>
    All,

    /// <summary><c>exists</c>: a disjunction; errors are absorbed by a true.</summary>
    Exists,

    /// <summary><c>exists_one</c> and <c>existsOne</c>: exactly one; errors are not absorbed.</summary>
    ExistsOne,

    /// <summary><c>filter</c>.</summary>
    Filter,

    /// <summary><c>map</c>.</summary>
    Map,

    /// <summary><c>transformList</c>.</summary>
    TransformList,

    /// <summary><c>transformMap</c>.</summary>
    TransformMap,

    /// <summary><c>transformMapEntry</c>.</summary>
    TransformMapEntry,

    /// <summary><c>optMap</c>.</summary>
    OptMap,

    /// <summary><c>optFlatMap</c>.</summary>
    OptFlatMap,
}
