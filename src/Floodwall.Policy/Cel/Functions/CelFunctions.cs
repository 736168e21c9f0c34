using System.Collections.Frozen;

namespace Floodwall.Policy.Cel;

/// <summary>All functions, methods and strict operators by name, and how they are called.</summary>
internal static class CelFunctions
{
    /// <summary>The longest string or bytes that a function gives: 1 Mi code units or bytes.</summary>
    public const int MaxLength = 1 << 20;

    private static readonly FrozenDictionary<(string Name, bool IsMethod, int Arity), CelFunction> Table =
        ((IEnumerable<CelFunction>[])
        [
            ArithmeticFunctions.All, ComparisonFunctions.All, ContainerFunctions.All, ConversionFunctions.All, StringFunctions.All,
            StringExtensions.All, TimeFunctions.All, OptionalFunctions.All, CidrFunctions.All,
        ]).SelectMany(group => group).ToFrozenDictionary(function => (function.Name, function.IsMethod, function.Arity));

    private static readonly FrozenSet<string> Names = Table.Keys.Select(key => key.Name)
        .Concat([Operators.And, Operators.Or, Operators.Conditional]).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>All of them.</summary>
    public static IEnumerable<CelFunction> All => Table.Values;

    /// <summary>Whether any overload or operator has this name.</summary>
    public static bool IsKnown(string name) => Names.Contains(name);

    /// <summary>The result of a call whose arguments are values.</summary>
    /// <param name="name">The function's name.</param>
    /// <param name="isMethod">Whether the first argument is a receiver.</param>
    /// <param name="args">The arguments.</param>
    /// <param name="context">Pays for it.</param>
    public static CelValue Invoke(string name, bool isMethod, CelValue[] args, EvaluationContext context)
    {
        if (!Table.TryGetValue((name, isMethod, args.Length), out CelFunction? function))
        {
            return IsKnown(name)
                ? CelError.NoOverload(name, args)
                : new CelError(CelErrorKind.UnboundFunction, $"unbound function: there is no '{name}'");
        }

        if (!context.TryCharge(Cost(function.Cost, args)))
        {
            return context.Exceeded!;
        }

        CelValue result = function.Body(args, context) ?? CelError.NoOverload(name, args);
        return function.Cost != CelCostClass.Constant && !context.TryCharge(result.Weight - 1) ? context.Exceeded! : result;
    }

    /// <summary>The error of a result longer than <see cref="MaxLength"/>.</summary>
    public static CelError TooLong(string function) =>
        new(CelErrorKind.Limit, $"{function}: the result is longer than {MaxLength} characters or bytes");

    private static long Cost(CelCostClass cost, CelValue[] args)
    {
        long sum = 0;
        if (cost != CelCostClass.Constant)
        {
            foreach (CelValue arg in args)
            {
                // A scalar is part of the node's own step.
                sum = CelWeight.Sum(sum, arg.Weight - 1);
            }
        }

        return cost == CelCostClass.Product ? CelWeight.Sum(sum, CelWeight.Product(args[0].Weight, args[1].Weight) - 1) : sum;
    }
}
