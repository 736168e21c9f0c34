using System.Diagnostics.CodeAnalysis;

namespace Floodwall.Policy;

/// <summary>How a pattern compares.</summary>
public enum PatternKind
{
    /// <summary>No star: the very text.</summary>
    Exact,

    /// <summary><c>text*</c>.</summary>
    Prefix,

    /// <summary><c>*text</c>.</summary>
    Suffix,

    /// <summary><c>*text*</c>.</summary>
    Contains,

    /// <summary><c>*</c>: anything but nothing.</summary>
    Any,
}

/// <summary>A name, or a name with a star at its start, its end, or both. Comparison is ordinal.</summary>
public sealed record NamePattern
{
    private NamePattern(string text, PatternKind kind, string core)
    {
        Text = text;
        Kind = kind;
        Core = core;
    }

    /// <summary>As written.</summary>
    public string Text { get; }

    /// <summary>How it compares.</summary>
    public PatternKind Kind { get; }

    /// <summary>The text without its stars.</summary>
    public string Core { get; }

    /// <summary>Reads a pattern; null and a <paramref name="problem"/> where a star stands in the middle or there is no text.</summary>
    public static NamePattern? TryParse(string text, [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(text);
        problem = null;
        if (text.Length == 0)
        {
            problem = "expected a name or a pattern, got an empty text";
            return null;
        }

        if (text == "*")
        {
            return new NamePattern(text, PatternKind.Any, "");
        }

        bool head = text[0] == '*';
        bool tail = text[^1] == '*';
        string core = text[(head ? 1 : 0)..^(tail ? 1 : 0)];
        if (core.Length == 0 || core.Contains('*', StringComparison.Ordinal))
        {
            problem = "expected * only at the start or the end of a pattern, once each";
            return null;
        }

        PatternKind kind = (head, tail) switch
        {
            (false, false) => PatternKind.Exact,
            (false, true) => PatternKind.Prefix,
            (true, false) => PatternKind.Suffix,
            _ => PatternKind.Contains,
        };
        return new NamePattern(text, kind, core);
    }

    /// <summary>Whether <paramref name="name"/> fits.</summary>
    public bool Matches(ReadOnlySpan<char> name) => Kind switch
    {
        PatternKind.Exact => name.SequenceEqual(Core),
        PatternKind.Prefix => name.StartsWith(Core, StringComparison.Ordinal),
        PatternKind.Suffix => name.EndsWith(Core, StringComparison.Ordinal),
        PatternKind.Contains => name.Contains(Core, StringComparison.Ordinal),
        _ => !name.IsEmpty,
    };

    /// <inheritdoc/>
    public override string ToString() => Text;
}
