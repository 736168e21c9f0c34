namespace Floodwall.Policy.Cel;

/// <summary>The patterns of <c>matches</c>, read once each. Starts anew where it is full, which only patterns from data can bring about.</summary>
internal sealed class PatternCache
{
    private const int Capacity = 256;

    private readonly Dictionary<string, CompiledPattern> _patterns = new(StringComparer.Ordinal);

    /// <summary>The pattern's program, or what is wrong with the pattern. A new one costs as many steps as it has instructions.</summary>
    /// <param name="pattern">The pattern in RE2's syntax.</param>
    /// <param name="charge">Takes steps from the budget.</param>
    public CompiledPattern Find(string pattern, Func<long, bool> charge)
    {
        if (!_patterns.TryGetValue(pattern, out CompiledPattern found))
        {
            if (_patterns.Count == Capacity)
            {
                _patterns.Clear();
            }

            Re2Node? node = Re2Pattern.Read(pattern, out string problem);
            charge(node?.Size ?? 0);
            found = new CompiledPattern(node is null ? null : new Re2Program(node), problem);
            _patterns.Add(pattern, found);
        }

        return found;
    }
}

/// <summary>A pattern, or why there is none.</summary>
/// <param name="Program">The pattern; null where there is none.</param>
/// <param name="Problem">What is wrong with it; empty where nothing is.</param>
internal readonly record struct CompiledPattern(Re2Program? Program, string Problem);
