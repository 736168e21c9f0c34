using System.Collections.Immutable;

namespace Floodwall.Policy.Cel;

/// <summary>Finds the function and the overloads of a call.</summary>
internal sealed class CallChecker(CheckState state, ExprChecker exprs)
{
    private const int ShownCandidates = 8;

    public CelType Check(CallExpr call)
    {
        bool qualified = false;
        CelFunctionDeclaration? function;
        if (call.Target is null)
        {
            bool rooted = call.Function.StartsWith('.');
            function = state.Environment.ResolveFunction(rooted ? call.Function[1..] : call.Function, rooted);
        }
        else if (state.QualifiedName(call.Target) is (string prefix, bool rooted)
            && state.Environment.ResolveFunction($"{prefix}.{call.Function}", rooted) is CelFunctionDeclaration named)
        {
            function = named;
            qualified = true;
        }
        else
        {
            function = state.Environment.FindFunction(call.Function);
        }

        bool member = call.Target is not null && !qualified;
        List<CelType> args = [];
        if (member)
        {
            args.Add(exprs.Check(call.Target!));
        }

        foreach (Expr arg in call.Args)
        {
            args.Add(exprs.Check(arg));
        }

        if (function is null)
        {
            Unknown(call);
            return CelType.Dyn;
        }

        if (function.Name == "matches" && call.Args.Count > 0)
        {
            Pattern(call);
        }

        return Resolve(call, function, member, qualified, args);
    }

    private void Unknown(CallExpr call)
    {
        // Only where a method of the name could be meant: "intnet.size()" is told about intnet alone.
        string name = call.Function.TrimStart('.');
        IEnumerable<string> known = state.Environment.Functions
            .Select(function => function.Name).Where(full => CelKeywords.IsNameStart(full[0]));
        if (call.Target is not null && state.QualifiedName(call.Target) is (string prefix, _))
        {
            known = known.Select(full => full.StartsWith(prefix + ".", StringComparison.Ordinal) ? full[(prefix.Length + 1)..] : full);
        }

        state.Report(call.Span, $"unknown function '{CelNames.Shown(name)}'", state.Suggest(name, known));
    }

    private CelType Resolve(CallExpr call, CelFunctionDeclaration function, bool member, bool qualified, List<CelType> args)
    {
        var fitting = new List<CelOverload>();
        CelType? result = null;
        ImmutableDictionary<string, CelType>? first = null;
        ImmutableDictionary<string, CelType> before = state.Unifier.Bindings;
        foreach (CelOverload overload in function.Overloads)
        {
            if (overload.IsMember != member || overload.Parameters.Count != args.Count || NullForValue(overload, args))
            {
                continue;
            }

            // Each is tried on its own; what the first one infers is kept where it is the only one.
            state.Unifier.Bindings = before;
            (IReadOnlyList<CelType> parameters, CelType returns) = state.Unifier.Instantiate(overload);
            if (state.Unifier.TryAssign(args, parameters))
            {
                fitting.Add(overload);
                first ??= state.Unifier.Bindings;
                CelType given = state.Unifier.Resolve(returns);
                result = result is null || result.Equals(given) ? given : CelType.Dyn;
            }
        }

        state.Unifier.Bindings = fitting.Count == 1 ? first! : before;
        if (result is null)
        {
            NoOverload(call, function, member, args);
            return CelType.Dyn;
        }

        state.Refer(call, new CelFunctionReference(function, fitting, qualified));
        return fitting.Count == 1 ? result : state.Unifier.Settle(result);
    }

    /// <summary>Whether a plain null is given for a value of a certain type: it may stand for one, but has nothing to work on.</summary>
    private bool NullForValue(CelOverload overload, List<CelType> args)
    {
        for (int i = 0; i < args.Count; i++)
        {
            if (overload.Parameters[i].Kind is not (CelTypeKind.Parameter or CelTypeKind.Dyn or CelTypeKind.Null)
                && state.Unifier.Resolve(args[i]).Kind == CelTypeKind.Null)
            {
                return true;
            }
        }

        return false;
    }

    private void NoOverload(CallExpr call, CelFunctionDeclaration function, bool member, List<CelType> args)
    {
        string name = Display(function.Name);
        List<string> types = [.. args.Select(arg => state.Unifier.Settle(arg).ToString())];
        List<CelOverload> candidates = [.. function.Overloads.Where(overload => overload.IsMember == member)];
        if (candidates.Count == 0)
        {
            string form = member ? "a function, called as" : "a method, called as value.";
            state.Report(call.Span, $"{name} is {form}{(member ? " " : "")}{function.Name}(...)");
            return;
        }

        if (call.Function is Operators.Equal or Operators.NotEqual && types.Count == 2)
        {
            state.Report(call.Span, $"{name} expected two values of one type, got {types[0]} and {types[1]}");
            return;
        }

        string given = member ? $"{types[0]}.({string.Join(", ", types.Skip(1))})" : $"({string.Join(", ", types)})";
        string shown = string.Join(", ", candidates.Take(ShownCandidates));
        string more = candidates.Count > ShownCandidates ? $" and {candidates.Count - ShownCandidates} more" : "";
        state.Report(call.Span, $"{name} is not defined for {given}; it takes {shown}{more}");
    }

    /// <summary>A function's name, or an operator's symbol.</summary>
    private static string Display(string function) => char.IsAsciiLetter(function[0])
        ? $"'{function}'"
        : $"'{function.Replace("_", "", StringComparison.Ordinal).Replace("@", "", StringComparison.Ordinal)}'";

    private void Pattern(CallExpr call)
    {
        Expr pattern = call.Args[^1];
        if (pattern is not LiteralExpr { Value: { Kind: LiteralKind.String } text })
        {
            if (state.Options.RequireConstantPatterns)
            {
                state.Report(pattern.Span, "matches() wants its pattern as a literal here");
            }

            return;
        }

        if (CelPattern.TryCompile(text.AsString, state.Options.PatternLimits, out CelPattern? compiled, out string? error))
        {
            state.Compiled(call, compiled);
        }
        else
        {
            state.Report(pattern.Span, $"the pattern is refused: {error}");
        }
    }
}
