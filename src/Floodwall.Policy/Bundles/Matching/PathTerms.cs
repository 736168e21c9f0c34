using Floodwall.Policy.Reading;
using Floodwall.Policy.Yaml;

namespace Floodwall.Policy.Matching;

/// <summary>Comparisons of a dotted name, such as <c>pool.remaining</c>, with values of the types they are written in.</summary>
internal static class PathTerms
{
    /// <summary>A term for "is one of these", or null after a complaint.</summary>
    public static string? Of(string path, List<YamlScalar> items, ValueReader values)
    {
        if (items.TrueForAll(item => item.Kind == ScalarKind.String))
        {
            return StringTerms.Of(path, items, null, values);
        }

        var literals = new SortedSet<string>(StringComparer.Ordinal);
        foreach (YamlScalar item in items)
        {
            string? literal = item.Kind == ScalarKind.String ? CelText.Quote(item.Text) : Literals.Of(item, item.Kind, values);
            if (literal is null)
            {
                return null;
            }

            literals.Add(literal);
        }

        return Literals.Among(path, literals);
    }
}
