using System.Globalization;
using System.Text;

namespace Floodwall.Policy.Cel;

/// <summary>
/// Reads a pattern in RE2's syntax (github.com/google/re2/wiki/Syntax) and writes it as a .NET pattern that matches the same strings.
/// What RE2 refuses is refused: look-around, back references and the like. Differences: <c>\b</c> and <c>\B</c> take letters and digits
/// beyond ASCII for parts of words, and scripts (<c>\p{Greek}</c>) and <c>\C</c> are refused.
/// </summary>
internal sealed class Re2Pattern
{
    private const int MaxLength = 4096;
    private const int MaxRepetition = 1000;
    private const int MaxSize = 10_000;
    private const int MaxNesting = 100;

    private readonly Re2Reader _reader;
    private readonly StringBuilder _output = new();
    private int _nesting;

    private Re2Pattern(string pattern) => _reader = new Re2Reader(pattern);

    /// <summary>The .NET pattern; null and what is wrong where the pattern is none.</summary>
    public static string? Translate(string pattern, out string problem)
    {
        problem = "";
        if (pattern.Length > MaxLength)
        {
            problem = $"it is longer than {MaxLength} characters";
            return null;
        }

        try
        {
            Re2Pattern translation = new(pattern);
            translation.Alternatives(default);
            if (!translation._reader.AtEnd)
            {
                throw new FormatException("unexpected )");
            }

            return translation._output.ToString();
        }
        catch (FormatException e)
        {
            problem = e.Message;
            return null;
        }
    }

    /// <summary>Alternatives up to a closing bracket or the end; how many code points and positions they stand for.</summary>
    private int Alternatives(Flags flags)
    {
        if (++_nesting > MaxNesting)
        {
            throw new FormatException($"groups are nested deeper than {MaxNesting}");
        }

        int size = 0;
        _output.Append("(?:");
        while (!_reader.AtEnd && _reader.Peek() != ')')
        {
            if (_reader.TryTake('|'))
            {
                _output.Append('|');
                continue;
            }

            size = Checked(size + Repeated(ref flags));
        }

        _output.Append(')');
        _nesting--;
        return size;
    }

    private int Repeated(ref Flags flags)
    {
        int start = _output.Length;
        if (_reader.Peek() is '*' or '+' or '?')
        {
            throw new FormatException($"missing argument to repetition operator: {(char)_reader.Peek()}");
        }

        int? size = Atom(ref flags);
        if (!TryRepetition(out int least, out int? most))
        {
            return size ?? 0;
        }

        if (size is null)
        {
            throw new FormatException("missing argument to repetition operator");
        }

        // Which of several matches is found does not matter here, so neither does whether a repetition is greedy.
        _reader.TryTake('?');
        if (_reader.Peek() is '*' or '+' or '?' || TryRepetition(out _, out _))
        {
            throw new FormatException("invalid nested repetition operator");
        }

        _output.Insert(start, "(?:").Append(CultureInfo.InvariantCulture, $"){{{least},{most}}}");
        return Checked(Math.Max(size.Value, 1) * (long)Math.Max(most ?? least, 1));
    }

    /// <summary>One atom, and its size; null for what cannot be repeated.</summary>
    private int? Atom(ref Flags flags)
    {
        int c = _reader.Take();
        switch (c)
        {
            case '(':
                return Group(ref flags);
            case '[':
                Emit(Re2Class.Read(_reader), flags);
                return 1;
            case '.':
                _output.Append((flags.DotMatchesNewline ? CodePointSet.Of((0, CodePointSet.Last)) : CodePointSet.Of(('\n', '\n')).Negated()).ToPattern());
                return 1;
            case '^':
                _output.Append(flags.Multiline ? "(?m:^)" : @"\A");
                return 1;
            case '$':
                _output.Append(flags.Multiline ? "(?m:$)" : @"\z");
                return 1;
            case '\\':
                return Escape(flags);
            default:
                Emit(CodePointSet.Of((c, c)), flags);
                return 1;
        }
    }

    private int? Group(ref Flags flags)
    {
        Flags inside = flags;
        if (_reader.TryTake('?'))
        {
            if (_reader.TryTake("P<") || _reader.TryTake('<'))
            {
                GroupName();
            }
            else if (ReadFlags(ref inside))
            {
                flags = inside;
                return null;
            }
        }

        int size = Alternatives(inside);
        if (!_reader.TryTake(')'))
        {
            throw new FormatException("missing closing )");
        }

        return Math.Max(size, 1);
    }

    private void GroupName()
    {
        int length = 0;
        while (!_reader.AtEnd && (char.IsAsciiLetterOrDigit((char)_reader.Peek()) || _reader.Peek() == '_'))
        {
            _reader.Take();
            length++;
        }

        // A look-behind, (?<=x), stops here as well.
        if (length == 0 || !_reader.TryTake('>'))
        {
            throw new FormatException("invalid named capture");
        }
    }

    /// <summary>Flags behind <c>(?</c>; true where the bracket closes behind them, and they hold for the rest of the group around it.</summary>
    private bool ReadFlags(ref Flags flags)
    {
        bool value = true;
        while (!_reader.AtEnd)
        {
            switch (_reader.Take())
            {
                case 'i':
                    flags.IgnoreCase = value;
                    break;
                case 'm':
                    flags.Multiline = value;
                    break;
                case 's':
                    flags.DotMatchesNewline = value;
                    break;
                case 'U':
                    break;
                case '-' when value:
                    value = false;
                    break;
                case ':':
                    return false;
                case ')':
                    return true;
                default:
                    throw new FormatException("invalid or unsupported syntax behind (?");
            }
        }

        throw new FormatException("missing closing )");
    }

    private int? Escape(Flags flags)
    {
        switch (_reader.Peek())
        {
            case 'A':
                _output.Append(@"\A");
                break;
            case 'z':
                _output.Append(@"\z");
                break;
            case 'b':
                _output.Append(@"\b");
                break;
            case 'B':
                _output.Append(@"\B");
                break;
            case 'Q':
                _reader.Take();
                return Quoted(flags);
            default:
                Emit(Re2Class.ReadEscape(_reader), flags);
                return 1;
        }

        _reader.Take();
        return 1;
    }

    /// <summary><c>\Q…\E</c>; the size of what stands in it, null where nothing does.</summary>
    private int? Quoted(Flags flags)
    {
        int size = 0;
        while (!_reader.AtEnd && !_reader.TryTake(@"\E"))
        {
            int c = _reader.Take();
            Emit(CodePointSet.Of((c, c)), flags);
            size++;
        }

        // To RE2 it is the last character alone that is repeated.
        return size == 0 ? null : TryRepetition(out _, out _) ? throw new FormatException(@"a repetition behind \E is not supported") : size;
    }

    private void Emit(CodePointSet set, Flags flags) => _output.Append((flags.IgnoreCase ? UnicodeClasses.Folded(set) : set).ToPattern());

    /// <summary>A repetition, if there is one. What looks like one but is none, such as <c>{,5}</c>, is text.</summary>
    private bool TryRepetition(out int least, out int? most)
    {
        (least, most) = (0, null);
        if (_reader.TryTake('*'))
        {
            return true;
        }

        if (_reader.TryTake('+'))
        {
            least = 1;
            return true;
        }

        if (_reader.TryTake('?'))
        {
            most = 1;
            return true;
        }

        if (!_reader.TryTakeBounds(out least, out most))
        {
            return false;
        }

        return least > MaxRepetition || most > MaxRepetition || most < least
            ? throw new FormatException($"invalid repetition count: at most {MaxRepetition}, and the first no larger than the second")
            : true;
    }

    private static int Checked(long size) => size <= MaxSize ? (int)size : throw new FormatException("the pattern is too large once its repetitions are written out");

    private struct Flags
    {
        public bool IgnoreCase;
        public bool Multiline;
        public bool DotMatchesNewline;
    }
}
