namespace Floodwall.Policy.Cel;

/// <summary>
/// Recognises macros: langdef.md, "Macros"; the two-variable ones and those of optional values as google/cel-spec's test files use
/// them. A call of a macro's name with another number of arguments is an ordinary call.
/// </summary>
internal static class CelMacros
{
    /// <summary><c>has(e.f)</c>; null where it is no macro.</summary>
    public static Expr? Function(CelToken name, List<Expr> args, SourceSpan span, CelTokenCursor cursor)
    {
        if (name.Text != "has" || args.Count != 1)
        {
            return null;
        }

        if (args[0] is SelectExpr { Kind: SelectKind.Value } select)
        {
            return select with { Kind = SelectKind.Test, Span = span };
        }

        cursor.Report(args[0].Span, "has() wants the selection of a field, such as has(a.b)");
        return args[0];
    }

    /// <summary>A macro in the style of a method; null where it is none.</summary>
    public static Expr? Method(Expr target, CelToken name, List<Expr> args, SourceSpan span, CelTokenCursor cursor)
    {
        if (Shape(name.Text!, args.Count) is not (MacroKind kind, int variables))
        {
            return null;
        }

        string? first = Variable(name, args[0], cursor);
        string? second = variables == 2 ? Variable(name, args[1], cursor) : null;
        if (first is null || (second is null && variables == 2))
        {
            return target;
        }

        if (first == second)
        {
            cursor.Report(args[1].Span, $"{name.Text}() wants two variables of different names");
        }

        Expr? filter = args.Count == variables + 2 ? args[variables] : null;
        return new MacroExpr(kind, target, first, second, filter, args[^1], span);
    }

    private static (MacroKind Kind, int Variables)? Shape(string name, int args) => (name, args) switch
    {
        ("all", 2) => (MacroKind.All, 1),
        ("all", 3) => (MacroKind.All, 2),
        ("exists", 2) => (MacroKind.Exists, 1),
        ("exists", 3) => (MacroKind.Exists, 2),
        ("exists_one" or "existsOne", 2) => (MacroKind.ExistsOne, 1),
        ("exists_one" or "existsOne", 3) => (MacroKind.ExistsOne, 2),
        ("filter", 2) => (MacroKind.Filter, 1),
        ("map", 2 or 3) => (MacroKind.Map, 1),
        ("transformList", 3 or 4) => (MacroKind.TransformList, 2),
        ("transformMap", 3 or 4) => (MacroKind.TransformMap, 2),
        ("transformMapEntry", 3 or 4) => (MacroKind.TransformMapEntry, 2),
        ("optMap", 2) => (MacroKind.OptMap, 1),
        ("optFlatMap", 2) => (MacroKind.OptFlatMap, 1),
        _ => null,
    };

    private static string? Variable(CelToken name, Expr arg, CelTokenCursor cursor)
    {
        if (arg is IdentExpr { Rooted: false } ident)
        {
            return ident.Name;
        }

        cursor.Report(arg.Span, $"{name.Text}() wants a simple name for its variable here");
        return null;
    }
}
