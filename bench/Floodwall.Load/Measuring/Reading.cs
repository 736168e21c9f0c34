namespace Floodwall.Load.Measuring;

/// <summary>What one run of one candidate gave.</summary>
internal sealed record Reading
{
    /// <summary>The series it belongs to; a run can give readings of several, such as one per tier.</summary>
    public required string Series { get; init; }

    /// <summary>Intents, entries or blocks, whatever the series counts.</summary>
    public required long Operations { get; init; }

    public required double Seconds { get; init; }

    /// <summary>
    /// Nanoseconds each in the fastest tenth of the run's chunks, where a run is timed in chunks: what it costs while nobody disturbs it.
    /// </summary>
    public double? Undisturbed { get; init; }

    /// <summary>Bytes that the whole process allocated meanwhile.</summary>
    public long AllocatedBytes { get; init; }

    /// <summary>Bytes that the submitting threads allocated; exact.</summary>
    public long ProducerBytes { get; init; }

    /// <summary>What else the run gave, such as percentiles, by name with unit; null where nothing. The same names in every run of a series.</summary>
    public IReadOnlyDictionary<string, double>? Figures { get; init; }

    public int Gen0 { get; init; }

    public int Gen1 { get; init; }

    public int Gen2 { get; init; }

    /// <summary>What proves that the work was done: counts, a root.</summary>
    public string Proof { get; init; } = "";

    public double Nanoseconds => Seconds * 1e9 / Operations;
}

/// <summary>The wall gave a wrong answer; no timing counts then.</summary>
internal sealed class WrongAnswerException(string message) : Exception(message)
{
    public static void ThrowUnless(bool right, string message)
    {
        if (!right)
        {
            throw new WrongAnswerException(message);
        }
    }

    public static void ThrowUnlessEqual<T>(T expected, T actual, string what)
        where T : IEquatable<T> =>
        ThrowUnless(expected.Equals(actual), $"{what}: expected {expected}, got {actual}");
}
