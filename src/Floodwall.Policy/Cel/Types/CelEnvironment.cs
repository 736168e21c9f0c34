using System.Collections.Immutable;

namespace Floodwall.Policy.Cel;

/// <summary>
/// What an expression is checked against: variables, functions, and the scope in which names are looked up. Immutable; the
/// <c>With</c> methods give changed copies.
/// </summary>
public sealed class CelEnvironment
{
    private readonly ImmutableDictionary<string, CelVariable> _variables;
    private readonly ImmutableDictionary<string, CelFunctionDeclaration> _functions;

    private CelEnvironment(
        ImmutableDictionary<string, CelVariable> variables, ImmutableDictionary<string, CelFunctionDeclaration> functions, string container)
    {
        _variables = variables;
        _functions = functions;
        Container = container;
    }

    /// <summary>Nothing at all, not even operators.</summary>
    public static CelEnvironment Empty { get; } = new(
        ImmutableDictionary.Create<string, CelVariable>(StringComparer.Ordinal),
        ImmutableDictionary.Create<string, CelFunctionDeclaration>(StringComparer.Ordinal),
        "");

    /// <summary>The standard definitions (langdef.md), optional values and the strings extension; no variables but the types.</summary>
    public static CelEnvironment Standard { get; } = CelStandardLibrary.AddTo(Empty);

    /// <summary>The scope: <c>x</c> is looked up as <c>a.b.x</c>, <c>a.x</c> and <c>x</c> in the scope <c>a.b</c>. Often empty.</summary>
    public string Container { get; }

    /// <summary>The variables, types among them.</summary>
    public IEnumerable<CelVariable> Variables => _variables.Values;

    /// <summary>The functions, operators among them.</summary>
    public IEnumerable<CelFunctionDeclaration> Functions => _functions.Values;

    /// <summary>Declares a variable, or another type for it.</summary>
    public CelEnvironment WithVariable(CelVariable variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        return new(_variables.SetItem(variable.Name, variable), _functions, Container);
    }

    /// <summary>Declares a variable, or another type for it.</summary>
    /// <param name="name">Its name, qualified where it has dots.</param>
    /// <param name="type">Its type.</param>
    /// <param name="sizes">How large its value can be; null where nothing is promised.</param>
    public CelEnvironment WithVariable(string name, CelType type, CelSizes? sizes = null) =>
        WithVariable(new CelVariable(name, type, sizes));

    /// <summary>Declares a function, or more overloads for it.</summary>
    /// <exception cref="ArgumentException">An overload's id is taken by another signature of the function.</exception>
    public CelEnvironment WithFunction(CelFunctionDeclaration function)
    {
        ArgumentNullException.ThrowIfNull(function);
        IReadOnlyList<CelOverload> before = FindFunction(function.Name)?.Overloads ?? [];
        List<CelOverload> overloads = [.. before, .. function.Overloads];
        if (overloads.DistinctBy(overload => overload.Id).Count() != overloads.Count)
        {
            throw new ArgumentException($"the function {function.Name} has two overloads of one id", nameof(function));
        }

        return new(_variables, _functions.SetItem(function.Name, new CelFunctionDeclaration(function.Name, overloads)), Container);
    }

    /// <summary>Leaves a function out, such as one that an evaluator lacks.</summary>
    public CelEnvironment WithoutFunction(string name) => new(_variables, _functions.Remove(name), Container);

    /// <summary>Sets the scope.</summary>
    public CelEnvironment WithContainer(string container) =>
        new(_variables, _functions, container ?? throw new ArgumentNullException(nameof(container)));

    /// <summary>The variable of exactly this name; null where there is none.</summary>
    public CelVariable? FindVariable(string name) => _variables.GetValueOrDefault(name);

    /// <summary>The function of exactly this name; null where there is none.</summary>
    public CelFunctionDeclaration? FindFunction(string name) => _functions.GetValueOrDefault(name);

    /// <summary>The names that a name may stand for, the innermost scope first (langdef.md, "Name Resolution").</summary>
    /// <param name="name">The name as written, without a leading dot.</param>
    /// <param name="rooted">Whether it had a leading dot, which leaves the name alone.</param>
    public IEnumerable<string> Candidates(string name, bool rooted)
    {
        string scope = rooted ? "" : Container;
        while (scope.Length > 0)
        {
            yield return $"{scope}.{name}";
            int dot = scope.LastIndexOf('.');
            scope = dot < 0 ? "" : scope[..dot];
        }

        yield return name;
    }

    /// <summary>The variable that a name stands for; null where there is none.</summary>
    public CelVariable? ResolveVariable(string name, bool rooted) =>
        Candidates(name, rooted).Select(FindVariable).FirstOrDefault(variable => variable is not null);

    /// <summary>The function that a name stands for; null where there is none.</summary>
    public CelFunctionDeclaration? ResolveFunction(string name, bool rooted) =>
        Candidates(name, rooted).Select(FindFunction).FirstOrDefault(function => function is not null);
}
