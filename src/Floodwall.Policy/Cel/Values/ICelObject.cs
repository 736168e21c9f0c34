namespace Floodwall.Policy.Cel;

/// <summary>How a field of an object was found.</summary>
public enum CelField
{
    /// <summary>The type has no such field: an error.</summary>
    NoSuchField,

    /// <summary>
    /// It is not set: <c>has()</c> is false, <c>.?</c> gives none, and reading it gives the default that came with the answer, which may be a
    /// <see cref="CelUnknown"/> where no default would be true.
    /// </summary>
    NotSet,

    /// <summary>It is set. The value may be a <see cref="CelUnknown"/>; whether it is set is then unknown as well.</summary>
    Set,
}

/// <summary>
/// A value with declared fields, such as the intent under judgement. Equal to another where <see cref="object.Equals(object)"/> says so.
/// Asking must have no side effects and always give the same answer.
/// </summary>
public interface ICelObject
{
    /// <summary>The name that <c>type(x)</c> gives.</summary>
    string TypeName { get; }

    /// <summary>Finds a field.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value, its default where it is not set, or an unknown; where there is no such field, anything.</param>
    CelField Find(string name, out CelValue value);
}
