using System.Diagnostics.CodeAnalysis;

namespace Floodwall.Policy.Cel;

/// <summary>
/// The variables of an evaluation. Asking must have no side effects and always give the same answer.
/// </summary>
public interface ICelActivation
{
    /// <summary>The value of a variable; false where there is no such variable.</summary>
    /// <param name="name">Its whole name, with dots where it has any.</param>
    /// <param name="value">Its value, or a <see cref="CelUnknown"/> where the data are missing.</param>
    bool TryGet(string name, [NotNullWhen(true)] out CelValue? value);
}
