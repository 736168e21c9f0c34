using Floodwall.Policy.Cel;

namespace Floodwall.Policy.Compilation;

/// <summary>The functions of one string and one literal that have a node of their own. All compare code points, so ordinally.</summary>
internal static class StringPredicates
{
    /// <summary>The predicate of a function with its literal; null where the function has none here.</summary>
    /// <param name="function">The function.</param>
    /// <param name="literal">The literal.</param>
    /// <param name="literalFirst">Whether the literal is the first of two arguments.</param>
    public static Func<string, Truth>? Find(string function, string literal, bool literalFirst) => (function, literalFirst) switch
    {
        ("startsWith", false) => text => Truths.Of(text.StartsWith(literal, StringComparison.Ordinal)),
        ("endsWith", false) => text => Truths.Of(text.EndsWith(literal, StringComparison.Ordinal)),
        ("contains", false) => text => Truths.Of(text.Contains(literal, StringComparison.Ordinal)),
        ("matches", false) => CelPattern.TryCompile(literal, CelPatternLimits.Default, out CelPattern? pattern, out _)
            ? text => Truths.Of(pattern.IsMatch(text))
            : null,
        _ => null,
    };
}
