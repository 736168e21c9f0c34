using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Floodwall.Policy.Cel;

/// <summary>
/// A compiled regular expression of the RE2 syntax, for <c>matches</c>. All alternatives advance together, a character at a time, so
/// that a match takes time in proportion to the text's length times <see cref="Steps"/> at worst and no memory beyond the steps,
/// whatever the pattern. (.NET's own NonBacktracking engine builds its states as it goes: <c>((a{0,6}){0,6}){0,6}b</c> on a thousand
/// characters allocates gigabytes.) Safe for use by any number of threads.
/// </summary>
public sealed class CelPattern
{
    private const int StackInts = 1_024;
    private readonly PatternStep[] _steps;
    private readonly string? _literal;
    private readonly bool _fromBegin;
    private readonly bool _toEnd;

    private CelPattern(string text, PatternNode root)
    {
        Text = text;
        _steps = PatternProgram.Compile(root);
        _literal = LiteralOf(root, out _fromBegin, out _toEnd);
    }

    /// <summary>The pattern as written.</summary>
    public string Text { get; }

    /// <summary>The steps that it was compiled to: the work for a character at worst.</summary>
    public int Steps => _steps.Length;

    /// <summary>Compiles a pattern.</summary>
    /// <param name="text">The pattern.</param>
    /// <param name="limits">How large it may be; null for the defaults.</param>
    /// <param name="pattern">The compiled pattern.</param>
    /// <param name="error">Why it is refused.</param>
    public static bool TryCompile(
        string text, CelPatternLimits? limits, [NotNullWhen(true)] out CelPattern? pattern, [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        limits ??= CelPatternLimits.Default;
        (pattern, error) = (null, null);
        if (text.Length > limits.MaxLength)
        {
            error = $"it has {text.Length} characters; at most {limits.MaxLength} are read";
            return false;
        }

        try
        {
            PatternNode root = PatternReader.Read(text, limits);
            if (root.Steps > limits.MaxSteps)
            {
                error = $"its repetitions write out to {root.Steps} steps; at most {limits.MaxSteps} are allowed";
                return false;
            }

            pattern = new CelPattern(text, root);
            return true;
        }
        catch (PatternException refused)
        {
            error = refused.Message;
            return false;
        }
    }

    /// <summary>Whether any part of the text matches. Allocates nothing for patterns of up to 256 steps.</summary>
    public bool IsMatch(ReadOnlySpan<char> text)
    {
        if (_literal is not null)
        {
            return (_fromBegin, _toEnd) switch
            {
                (true, true) => text.SequenceEqual(_literal),
                (true, false) => text.StartsWith(_literal, StringComparison.Ordinal),
                (false, true) => text.EndsWith(_literal, StringComparison.Ordinal),
                _ => text.Contains(_literal, StringComparison.Ordinal),
            };
        }

        int count = _steps.Length;
        int[]? rented = null;
        Span<int> memory = count * 4 <= StackInts
            ? stackalloc int[count * 4]
            : (rented = ArrayPool<int>.Shared.Rent(count * 4)).AsSpan(0, count * 4);
        try
        {
            memory.Clear();
            return Run(text, memory[..count], memory[count..(2 * count)], memory[(2 * count)..(3 * count)], memory[(3 * count)..]);
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<int>.Shared.Return(rented);
            }
        }
    }

    /// <summary>
    /// Keeps the list of the Take steps that wait for the next character. <paramref name="seen"/> holds for each step the last
    /// round, from 1, in which it was reached, so that a round reaches none twice.
    /// </summary>
    private bool Run(ReadOnlySpan<char> text, Span<int> waiting, Span<int> next, Span<int> seen, Span<int> open)
    {
        int waitingCount = 0;
        Rune? before = null;
        for (int at = 0, round = 1; ; round++)
        {
            int length = 0;
            Rune? after = null;
            if (at < text.Length)
            {
                Rune.DecodeFromUtf16(text[at..], out Rune rune, out length);
                after = rune;
            }

            // A match may begin at every place.
            if (Reach(0, round, before, after, waiting, ref waitingCount, seen, open))
            {
                return true;
            }

            if (after is not Rune taken)
            {
                return false;
            }

            at += length;
            Rune? behind = null;
            if (at < text.Length)
            {
                Rune.DecodeFromUtf16(text[at..], out Rune rune, out _);
                behind = rune;
            }

            int nextCount = 0;
            for (int i = 0; i < waitingCount; i++)
            {
                int step = waiting[i];
                if (_steps[step].Set!.Contains(taken)
                    && Reach(step + 1, round + 1, taken, behind, next, ref nextCount, seen, open))
                {
                    return true;
                }
            }

            before = taken;
            Span<int> done = waiting;
            waiting = next;
            next = done;
            waitingCount = nextCount;
        }
    }

    /// <summary>Follows steps that take no character; true where the match is reached.</summary>
    private bool Reach(
        int start, int round, Rune? before, Rune? after, Span<int> waiting, ref int waitingCount, Span<int> seen, Span<int> open)
    {
        int openCount = 0;
        int step = start;
        while (true)
        {
            if (seen[step] != round)
            {
                seen[step] = round;
                PatternStep at = _steps[step];
                switch (at.Op)
                {
                    case PatternOp.Match:
                        return true;
                    case PatternOp.Take:
                        waiting[waitingCount++] = step;
                        break;
                    case PatternOp.Assert when Holds(at.Place, before, after):
                        step++;
                        continue;
                    case PatternOp.Split:
                        open[openCount++] = at.Other;
                        step++;
                        continue;
                    case PatternOp.Jump:
                        step = at.Other;
                        continue;
                }
            }

            if (openCount == 0)
            {
                return false;
            }

            step = open[--openCount];
        }
    }

    private static bool Holds(PatternPlace place, Rune? before, Rune? after) => place switch
    {
        PatternPlace.Begin => before is null,
        PatternPlace.End => after is null,
        PatternPlace.LineBegin => before is null or { Value: '\n' },
        PatternPlace.LineEnd => after is null or { Value: '\n' },
        PatternPlace.WordBoundary => IsWord(before) != IsWord(after),
        _ => IsWord(before) == IsWord(after),
    };

    /// <summary>RE2's word characters are ASCII.</summary>
    private static bool IsWord(Rune? rune) => rune is { IsAscii: true } word && CelKeywords.IsNamePart((char)word.Value);

    /// <summary>The text that the pattern stands for, if it is but that, perhaps anchored; else null.</summary>
    private static string? LiteralOf(PatternNode root, out bool fromBegin, out bool toEnd)
    {
        (fromBegin, toEnd) = (false, false);
        if (root is not PatternSequence sequence)
        {
            return null;
        }

        var literal = new StringBuilder();
        for (int i = 0; i < sequence.Parts.Count; i++)
        {
            switch (sequence.Parts[i])
            {
                case PatternAssertion { Place: PatternPlace.Begin } when i == 0:
                    fromBegin = true;
                    break;
                case PatternAssertion { Place: PatternPlace.End } when i == sequence.Parts.Count - 1:
                    toEnd = true;
                    break;
                case PatternSet set when set.Set.Single is Rune rune:
                    literal.Append(rune.ToString());
                    break;
                default:
                    return null;
            }
        }

        return literal.ToString();
    }
}
