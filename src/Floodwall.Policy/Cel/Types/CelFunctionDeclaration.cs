namespace Floodwall.Policy.Cel;

/// <summary>How the work of a call grows with its arguments; the arguments' own cost comes on top.</summary>
public enum CelCostClass
{
    /// <summary>One unit.</summary>
    Constant,

    /// <summary>The sum of the arguments' sizes.</summary>
    Linear,

    /// <summary>The product of the arguments' sizes.</summary>
    Product,
}

/// <summary>One signature of a function.</summary>
/// <param name="Id">Its name among all overloads, such as <c>add_int64</c>.</param>
/// <param name="IsMember">Whether it is called on a receiver, which is then the first parameter.</param>
/// <param name="Parameters">Their types; equal type parameters stand for one type.</param>
/// <param name="Result">The result's type.</param>
/// <param name="Cost">How its work grows.</param>
public sealed record CelOverload(
    string Id, bool IsMember, IReadOnlyList<CelType> Parameters, CelType Result, CelCostClass Cost = CelCostClass.Linear)
{
    /// <summary>Reads a signature: <c>id (int, list(A)) -> A</c>, or <c>id string.(int) -> string</c> of a method.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static CelOverload Parse(string signature, CelCostClass cost = CelCostClass.Linear) =>
        CelTypeReader.Overload(signature) with { Cost = cost };

    /// <summary>The signature without the id.</summary>
    public override string ToString() => IsMember
        ? $"{Parameters[0]}.({string.Join(", ", Parameters.Skip(1))}) -> {Result}"
        : $"({string.Join(", ", Parameters)}) -> {Result}";
}

/// <summary>A function, method or operator: a name with overloads.</summary>
/// <param name="Name">The name, qualified where it has dots; of an operator as in <see cref="Operators"/>.</param>
/// <param name="Overloads">Its signatures.</param>
public sealed record CelFunctionDeclaration(string Name, IReadOnlyList<CelOverload> Overloads);
