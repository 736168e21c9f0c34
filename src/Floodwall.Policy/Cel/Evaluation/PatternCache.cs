namespace Floodwall.Policy.Cel;

/// <summary>
/// The patterns of <c>matches</c>, compiled once each. Starts anew where it is full, which only patterns from data can bring about.
/// </summary>
internal sealed class PatternCache
{
    private const int Capacity = 256;

    private readonly Dictionary<string, (CelPattern? Pattern, string Problem)> _patterns = new(StringComparer.Ordinal);

    /// <summary>The compiled pattern; null and what is wrong where it is none. A new one costs as many steps as it is compiled to.</summary>
    /// <param name="text">The pattern in RE2's syntax.</param>
    /// <param name="context">Pays for it.</param>
    /// <param name="problem">What is wrong with it; empty where nothing is.</param>
    public CelPattern? Find(string text, EvaluationContext context, out string problem)
    {
        if (!_patterns.TryGetValue(text, out (CelPattern? Pattern, string Problem) found))
        {
            if (_patterns.Count == Capacity)
            {
                _patterns.Clear();
            }

            found = CelPattern.TryCompile(text, null, out CelPattern? pattern, out string? error) ? (pattern, "") : (null, error);
            context.TryCharge(found.Pattern?.Steps ?? 0);
            _patterns.Add(text, found);
        }

        problem = found.Problem;
        return found.Pattern;
    }
}
