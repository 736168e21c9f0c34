using System.Globalization;

namespace Floodwall.Cli.Formats;

/// <summary>What reading one input came to: counts, notes and the first errors. Complete once the enumeration has ended.</summary>
internal sealed class ReadReport
{
    /// <summary>How many error messages are kept.</summary>
    public const int KeptErrors = 8;

    // Keys can carry text from the input, so their number is bounded.
    private const int KeptKeys = 64;

    private readonly Dictionary<string, long> _skipped = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _remarks = new(StringComparer.Ordinal);
    private readonly List<string> _notes = [];
    private readonly List<InputException> _errors = [];

    /// <summary>The changes yielded.</summary>
    public long Records { get; private set; }

    /// <summary>The facts handed on.</summary>
    public long Facts { get; private set; }

    /// <summary>The changes that could not be read.</summary>
    public long Errors { get; private set; }

    /// <summary>The first errors, at most <see cref="KeptErrors"/>.</summary>
    public IReadOnlyList<InputException> FirstErrors => _errors;

    /// <summary>What was read and rightly yields no change, by kind: <c>no-op</c> 13, <c>read (get)</c> 2.</summary>
    public IReadOnlyDictionary<string, long> SkippedCounts => _skipped;

    /// <summary>What a person should know about the input as a whole, one sentence each.</summary>
    public IReadOnlyList<string> Notes => [.. _notes, .. _remarks.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key} ({pair.Value})"))];

    /// <summary>Everything read that is not a change, counted.</summary>
    public long Skipped => _skipped.Values.Sum();

    internal void AddRecord() => Records++;

    internal void AddFact() => Facts++;

    internal void AddError(InputException error)
    {
        Errors++;
        if (_errors.Count < KeptErrors)
        {
            _errors.Add(error);
        }
    }

    internal void Skip(string kind) => Count(_skipped, kind);

    /// <summary>Counts something worth a note; the note reads <c>kind (count)</c>.</summary>
    internal void Remark(string kind) => Count(_remarks, kind);

    internal void Note(string sentence) => _notes.Add(sentence);

    internal string DescribeSkipped() =>
        string.Join(", ", _skipped.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => Line(pair.Key, pair.Value)));

    private static string Line(string key, long count) => string.Create(CultureInfo.InvariantCulture, $"{key} {count}");

    private static void Count(Dictionary<string, long> counts, string key)
    {
        if (!counts.ContainsKey(key) && counts.Count >= KeptKeys)
        {
            key = "other";
        }

        counts[key] = counts.GetValueOrDefault(key) + 1;
    }
}
