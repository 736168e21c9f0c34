using System.Collections.Frozen;

namespace Floodwall.Policy.Cel;

/// <summary>An object's declaration, such as that of <c>intent</c>: a name and named, typed fields. Known by its name.</summary>
public sealed class CelStruct
{
    private readonly FrozenDictionary<string, CelFieldDeclaration> _byName;

    /// <summary>Declares an object.</summary>
    /// <param name="name">Its type's name.</param>
    /// <param name="fields">Its fields, of different names.</param>
    /// <exception cref="ArgumentException">Two fields have one name.</exception>
    public CelStruct(string name, IEnumerable<CelFieldDeclaration> fields)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(fields);
        Name = name;
        Fields = [.. fields];
        if (Fields.GroupBy(field => field.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new ArgumentException($"{name} has two fields named {twice.Key}", nameof(fields));
        }

        _byName = Fields.ToFrozenDictionary(field => field.Name, StringComparer.Ordinal);
    }

    /// <summary>The type's name.</summary>
    public string Name { get; }

    /// <summary>In the order declared.</summary>
    public IReadOnlyList<CelFieldDeclaration> Fields { get; }

    /// <summary>The field of a name; null where there is none.</summary>
    public CelFieldDeclaration? Find(string name) => _byName.GetValueOrDefault(name);
}

/// <summary>A field of an object.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type.</param>
/// <param name="Sizes">How large its value can be; null where nothing is promised.</param>
public sealed record CelFieldDeclaration(string Name, CelType Type, CelSizes? Sizes = null);

/// <summary>A variable of an environment.</summary>
/// <param name="Name">Its name, qualified where it has dots.</param>
/// <param name="Type">Its type.</param>
/// <param name="Sizes">How large its value can be; null where nothing is promised.</param>
/// <param name="Denotes">The type that it is the value of, such as <c>int</c>; null for what an activation has to supply.</param>
public sealed record CelVariable(string Name, CelType Type, CelSizes? Sizes = null, CelType? Denotes = null);

/// <summary>A bound on a value's size, which the cost of an expression rests on.</summary>
/// <param name="Max">At most so many characters, bytes, elements or entries.</param>
/// <param name="Key">The bound of a map's keys; null where nothing is promised.</param>
/// <param name="Element">The bound of a list's elements, a map's or an optional's value; null where nothing is promised.</param>
public sealed record CelSizes(long Max, CelSizes? Key = null, CelSizes? Element = null);
