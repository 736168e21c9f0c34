using Floodwall.Policy.Reading;
using Floodwall.Policy.Yaml;

namespace Floodwall.Policy.Matching;

/// <summary>Comparisons of an expression of type string with values and patterns.</summary>
internal static class StringTerms
{
    /// <summary>A term for "is one of these", or null after a complaint.</summary>
    /// <param name="expression">What is compared.</param>
    /// <param name="items">Values, or patterns with a star at an end.</param>
    /// <param name="words">The only values there are, or null.</param>
    /// <param name="values">Takes the complaints.</param>
    /// <param name="present">The term for the pattern <c>*</c>; by default <c>has(…)</c> and not empty.</param>
    public static string? Of(string expression, List<YamlScalar> items, string[]? words, ValueReader values, string? present = null)
    {
        var exact = new SortedSet<string>(StringComparer.Ordinal);
        var patterns = new SortedSet<string>(StringComparer.Ordinal);
        bool good = true;
        foreach (YamlScalar item in items)
        {
            if (NamePattern.TryParse(item.Text, out string? problem) is not NamePattern pattern)
            {
                values.Diagnostics.Error(item.Position, problem + ", got " + item.Described);
                good = false;
            }
            else if (words is not null && !Array.Exists(words, word => pattern.Matches(word)))
            {
                // A misspelt word would never match, and the rule would be silently dead.
                values.Wrong<YamlNode>(item, ValueReader.Choice(words), Spelling.Closest(item.Text, words));
                good = false;
            }
            else if (pattern.Kind == PatternKind.Exact)
            {
                exact.Add(CelText.Quote(pattern.Core));
            }
            else
            {
                patterns.Add(Pattern(expression, pattern, present));
            }
        }

        if (exact.Count == 1)
        {
            patterns.Add($"{expression} == {exact.Min}");
        }
        else if (exact.Count > 1)
        {
            patterns.Add($"{expression} in [{string.Join(", ", exact)}]");
        }

        return good ? AnyOf(patterns) : null;
    }

    /// <summary>A disjunction, in brackets where it has more than one term.</summary>
    public static string AnyOf(IReadOnlyCollection<string> terms) =>
        terms.Count == 1 ? terms.First() : "(" + string.Join(" || ", terms) + ")";

    private static string Pattern(string expression, NamePattern pattern, string? present) => pattern.Kind switch
    {
        PatternKind.Prefix => $"{expression}.startsWith({CelText.Quote(pattern.Core)})",
        PatternKind.Suffix => $"{expression}.endsWith({CelText.Quote(pattern.Core)})",
        PatternKind.Contains => $"{expression}.contains({CelText.Quote(pattern.Core)})",
        _ => present ?? $"(has({expression}) && {expression} != \"\")",
    };
}
