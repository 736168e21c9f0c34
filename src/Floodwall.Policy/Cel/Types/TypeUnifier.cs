using System.Collections.Immutable;
using System.Globalization;

namespace Floodwall.Policy.Cel;

/// <summary>
/// Infers type parameters: a parameter stands for the most general of the types that it was held against. <c>dyn</c> goes with
/// everything. Types are kept small, so that no expression makes their comparison explode: a larger one becomes <c>dyn</c>.
/// </summary>
internal sealed class TypeUnifier
{
    private const int LargestType = 256;
    private ImmutableDictionary<string, CelType> _bindings = ImmutableDictionary.Create<string, CelType>(StringComparer.Ordinal);
    private int _fresh;

    /// <summary>A parameter of no other name. Declared ones have a single letter.</summary>
    public CelType Fresh() => CelType.Parameter(string.Create(CultureInfo.InvariantCulture, $"?{_fresh++}"));

    /// <summary>A signature with parameters of its own.</summary>
    public (IReadOnlyList<CelType> Parameters, CelType Result) Instantiate(CelOverload overload)
    {
        var renamed = new Dictionary<string, CelType>(StringComparer.Ordinal);
        CelType Rename(CelType type) => Rebuild(type, parameter =>
            renamed.TryGetValue(parameter.Name, out CelType? known) ? known : renamed[parameter.Name] = Fresh());
        return ([.. overload.Parameters.Select(Rename)], Rename(overload.Result));
    }

    /// <summary>Whether all of the types can be given where the others are wanted; binds parameters only then.</summary>
    public bool TryAssign(IReadOnlyList<CelType> given, IReadOnlyList<CelType> wanted)
    {
        ImmutableDictionary<string, CelType> before = _bindings;
        for (int i = 0; i < given.Count; i++)
        {
            if (!Assign(given[i], wanted[i]))
            {
                _bindings = before;
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether the type can be given where the other is wanted; binds parameters only then.</summary>
    public bool TryAssign(CelType given, CelType wanted) => TryAssign([given], [wanted]);

    /// <summary>Undoes what bindings came since.</summary>
    public ImmutableDictionary<string, CelType> Bindings
    {
        get => _bindings;
        set => _bindings = value;
    }

    /// <summary>A type for both: the more general one where they agree, else <c>dyn</c>.</summary>
    public CelType Join(CelType? a, CelType b)
    {
        if (a is null)
        {
            return b;
        }

        return TryAssign(a, b) ? MoreGeneral(Resolve(a), Resolve(b)) : CelType.Dyn;
    }

    /// <summary>The type with what is known of its parameters put in.</summary>
    public CelType Resolve(CelType type) =>
        Rebuild(type, parameter => _bindings.TryGetValue(parameter.Name, out CelType? bound) ? Resolve(bound) : parameter);

    /// <summary>The type with what is known put in, and <c>dyn</c> for the rest.</summary>
    public CelType Settle(CelType type) => Rebuild(Resolve(type), _ => CelType.Dyn);

    private static CelType Rebuild(CelType type, Func<CelType, CelType> parameter)
    {
        if (type.Kind == CelTypeKind.Parameter)
        {
            return parameter(type);
        }

        if (type.Args.Count == 0)
        {
            return type;
        }

        CelType[] args = [.. type.Args.Select(arg => Rebuild(arg, parameter))];
        if (args.Sum(arg => arg.Size) >= LargestType)
        {
            return CelType.Dyn;
        }

        return type.Kind switch
        {
            CelTypeKind.List => CelType.List(args[0]),
            CelTypeKind.Map => CelType.Map(args[0], args[1]),
            CelTypeKind.Optional => CelType.Optional(args[0]),
            _ => CelType.TypeOf(args[0]),
        };
    }

    private bool Assign(CelType given, CelType wanted)
    {
        if (wanted.Kind == CelTypeKind.Parameter)
        {
            return AssignParameter(wanted, given);
        }

        if (given.Kind == CelTypeKind.Parameter)
        {
            return AssignParameter(given, wanted);
        }

        if (given.Kind == CelTypeKind.Dyn || wanted.Kind == CelTypeKind.Dyn)
        {
            return true;
        }

        if (given.Kind != wanted.Kind)
        {
            return (given.Kind == CelTypeKind.Null && TakesNull(wanted)) || (wanted.Kind == CelTypeKind.Null && TakesNull(given));
        }

        // All types are values of one type.
        if (given.Kind == CelTypeKind.Type)
        {
            return true;
        }

        for (int i = 0; i < given.Args.Count; i++)
        {
            if (!Assign(given.Args[i], wanted.Args[i]))
            {
                return false;
            }
        }

        return given.Name == wanted.Name;
    }

    private bool AssignParameter(CelType parameter, CelType type)
    {
        if (type.Kind == CelTypeKind.Parameter && type.Name == parameter.Name)
        {
            return true;
        }

        if (!_bindings.TryGetValue(parameter.Name, out CelType? bound))
        {
            return Bind(parameter, Resolve(type));
        }

        return Assign(type, bound) && Bind(parameter, MoreGeneral(Resolve(type), Resolve(bound)));
    }

    /// <summary>Binds a parameter, unless to itself; a type that holds the parameter is refused.</summary>
    private bool Bind(CelType parameter, CelType type)
    {
        if (type.Equals(parameter))
        {
            return true;
        }

        if (Occurs(parameter, type))
        {
            return false;
        }

        _bindings = _bindings.SetItem(parameter.Name, type);
        return true;
    }

    /// <summary>Whether a parameter is part of a resolved type.</summary>
    private static bool Occurs(CelType parameter, CelType type) =>
        type.Equals(parameter) || type.Args.Any(arg => Occurs(parameter, arg));

    private static bool TakesNull(CelType type) =>
        type.Kind is CelTypeKind.Struct or CelTypeKind.Duration or CelTypeKind.Timestamp or CelTypeKind.Optional;

    /// <summary>Of a null and what takes null, the latter: it has both values.</summary>
    private static CelType MoreGeneral(CelType a, CelType b) =>
        b.Kind == CelTypeKind.Null || (a.Kind != CelTypeKind.Null && IsAsGeneral(a, b)) ? a : b;

    private static bool IsAsGeneral(CelType a, CelType b) =>
        a.Kind is CelTypeKind.Dyn or CelTypeKind.Parameter
        || (a.Kind == b.Kind && a.Name == b.Name
            && (a.Kind == CelTypeKind.Type || a.Args.Zip(b.Args).All(pair => IsAsGeneral(pair.First, pair.Second))));
}
