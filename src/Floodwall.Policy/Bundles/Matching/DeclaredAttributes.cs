using System.Diagnostics.CodeAnalysis;
using Floodwall.Policy.Reading;

namespace Floodwall.Policy.Matching;

/// <summary>The attributes of a bundle: those that files declare, and those that maps imply.</summary>
internal sealed class DeclaredAttributes(DiagnosticBag diagnostics)
{
    private readonly SortedDictionary<string, AttributeDeclaration> _all = new(StringComparer.Ordinal);
    private readonly HashSet<string> _declared = new(StringComparer.Ordinal);

    /// <summary>In ordinal order of their names.</summary>
    public IReadOnlyList<AttributeDeclaration> ToList() => [.. _all.Values];

    public bool IsDeclared(string name) => _declared.Contains(name);

    /// <summary>Whether it is declared, or was implied before.</summary>
    public bool IsKnown(string name) => _all.ContainsKey(name);

    /// <summary>The declared name that a misspelt one was meant to be, or null.</summary>
    public string? Closest(string name) => Spelling.Closest(name, _declared);

    /// <summary>A declaration of a file. Files may repeat each other's, but not contradict them.</summary>
    public void Declare(AttributeDeclaration attribute, SourcePosition at)
    {
        if (!_declared.Add(attribute.Name) && _all[attribute.Name] != attribute)
        {
            diagnostics.Error(
                at, $"expected one declaration of the attribute {BundleText.Quoted(attribute.Name)}, got a different second one");
        }
        else
        {
            Put(attribute, at);
        }
    }

    /// <summary>The attribute that a map names; where nobody declared it, it becomes one of type <paramref name="implied"/>.</summary>
    public bool TryUse(string name, AttributeType implied, SourcePosition at, [NotNullWhen(true)] out AttributeDeclaration? attribute)
    {
        if (_all.TryGetValue(name, out attribute))
        {
            return true;
        }

        attribute = new AttributeDeclaration(name, implied, AttributeDeclaration.DefaultSize(implied));
        return Put(attribute, at);
    }

    private bool Put(AttributeDeclaration attribute, SourcePosition at)
    {
        if (_all.Count >= BundleLimits.MaxAttributes && !_all.ContainsKey(attribute.Name))
        {
            diagnostics.Error(at, $"expected at most {BundleLimits.MaxAttributes} attributes in a bundle");
            return false;
        }

        _all[attribute.Name] = attribute;
        return true;
    }
}
