using System.Text.RegularExpressions;

namespace Floodwall.Policy.Cel;

/// <summary>The patterns of <c>matches</c>, compiled once each. Starts anew where it is full, which only patterns from data can bring about.</summary>
internal sealed class PatternCache
{
    private const int Capacity = 256;

    private readonly Dictionary<string, CompiledPattern> _patterns = new(StringComparer.Ordinal);

    /// <summary>The compiled pattern, or what is wrong with it.</summary>
    public CompiledPattern Find(string pattern)
    {
        if (!_patterns.TryGetValue(pattern, out CompiledPattern found))
        {
            if (_patterns.Count == Capacity)
            {
                _patterns.Clear();
            }

            found = Compile(pattern);
            _patterns.Add(pattern, found);
        }

        return found;
    }

    private static CompiledPattern Compile(string pattern)
    {
        string? translated = Re2Pattern.Translate(pattern, out string problem);
        if (translated is null)
        {
            return new CompiledPattern(null, problem);
        }

        try
        {
            // Without backtracking the time is linear in the text, as RE2's is.
            return new CompiledPattern(new Regex(translated, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture), "");
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return new CompiledPattern(null, e.Message);
        }
    }
}

/// <summary>A pattern, or why there is none.</summary>
/// <param name="Regex">The pattern; null where there is none.</param>
/// <param name="Problem">What is wrong with it; empty where nothing is.</param>
internal readonly record struct CompiledPattern(Regex? Regex, string Problem);
