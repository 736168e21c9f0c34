namespace Floodwall.Policy.Cel;

/// <summary>
/// Reads a pattern in RE2's syntax (github.com/google/re2/wiki/Syntax). What RE2 refuses is refused: look-around, back references and the
/// like. Scripts (<c>\p{Greek}</c>) and <c>\C</c>, which RE2 has, are refused too.
/// </summary>
internal sealed class Re2Pattern
{
    private const int MaxLength = 4096;
    private const int MaxRepetition = 1000;
    private const int MaxSize = 10_000;
    private const int MaxNesting = 100;

    private static readonly Re2Node Nothing = new Re2Empty();

    private readonly Re2Reader _reader;
    private int _nesting;

    private Re2Pattern(string pattern) => _reader = new Re2Reader(pattern);

    /// <summary>The pattern; null and what is wrong where it is none.</summary>
    public static Re2Node? Read(string pattern, out string problem)
    {
        problem = "";
        if (pattern.Length > MaxLength)
        {
            problem = $"it is longer than {MaxLength} characters";
            return null;
        }

        try
        {
            Re2Pattern reading = new(pattern);
            Re2Node node = reading.Choice(default);
            return reading._reader.AtEnd ? node : throw new FormatException("unexpected )");
        }
        catch (FormatException e)
        {
            problem = e.Message;
            return null;
        }
    }

    /// <summary>Alternatives up to a closing bracket or the end.</summary>
    private Re2Node Choice(Flags flags)
    {
        if (++_nesting > MaxNesting)
        {
            throw new FormatException($"groups are nested deeper than {MaxNesting}");
        }

        List<Re2Node> choices = [];
        List<Re2Node> parts = [];
        while (!_reader.AtEnd && _reader.Peek() != ')')
        {
            if (_reader.TryTake('|'))
            {
                choices.Add(Sequence(parts));
                parts = [];
                continue;
            }

            parts.Add(Repeated(ref flags));
        }

        _nesting--;
        choices.Add(Sequence(parts));
        return choices.Count == 1 ? choices[0] : new Re2Choice(choices, Checked(choices.Sum(choice => choice.Size + 2L)));
    }

    private static Re2Sequence Sequence(List<Re2Node> parts) => new(parts, Checked(parts.Sum(part => (long)part.Size)));

    private Re2Node Repeated(ref Flags flags)
    {
        if (_reader.Peek() is '*' or '+' or '?')
        {
            throw new FormatException($"missing argument to repetition operator: {(char)_reader.Peek()}");
        }

        Re2Node part = Atom(ref flags);
        if (!TryRepetition(out int least, out int? most))
        {
            return part;
        }

        if (part == Nothing)
        {
            throw new FormatException("missing argument to repetition operator");
        }

        // Which of several matches is found does not matter here, so neither does whether a repetition is greedy.
        _reader.TryTake('?');
        if (_reader.Peek() is '*' or '+' or '?' || TryRepetition(out _, out _))
        {
            throw new FormatException("invalid nested repetition operator");
        }

        return new Re2Repeat(part, least, most, Checked((part.Size + 2L) * Math.Max(most ?? (least + 1), 1)));
    }

    /// <summary>One atom; <see cref="Nothing"/> where what was read cannot be repeated.</summary>
    private Re2Node Atom(ref Flags flags)
    {
        int c = _reader.Take();
        return c switch
        {
            '(' => Group(ref flags),
            '[' => Set(Re2Class.Read(_reader), flags),
            '.' => new Re2Set(flags.DotMatchesNewline ? CodePointSet.Of((0, CodePointSet.Last)) : CodePointSet.Of(('\n', '\n')).Negated()),
            '^' => new Re2Assertion(flags.Multiline ? Re2Place.LineStart : Re2Place.TextStart),
            '$' => new Re2Assertion(flags.Multiline ? Re2Place.LineEnd : Re2Place.TextEnd),
            '\\' => Escape(flags),
            _ => Set(CodePointSet.Of((c, c)), flags),
        };
    }

    private Re2Node Group(ref Flags flags)
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
                return Nothing;
            }
        }

        Re2Node group = Choice(inside);
        return _reader.TryTake(')') ? group : throw new FormatException("missing closing )");
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

    private Re2Node Escape(Flags flags)
    {
        Re2Place? place = _reader.Peek() switch
        {
            'A' => Re2Place.TextStart,
            'z' => Re2Place.TextEnd,
            'b' => Re2Place.WordBoundary,
            'B' => Re2Place.NoWordBoundary,
            _ => null,
        };
        if (place is not null)
        {
            _reader.Take();
            return new Re2Assertion(place.Value);
        }

        return _reader.TryTake('Q') ? Quoted(flags) : Set(Re2Class.ReadEscape(_reader), flags);
    }

    /// <summary><c>\Q…\E</c>.</summary>
    private Re2Node Quoted(Flags flags)
    {
        List<Re2Node> parts = [];
        while (!_reader.AtEnd && !_reader.TryTake(@"\E"))
        {
            int c = _reader.Take();
            parts.Add(Set(CodePointSet.Of((c, c)), flags));
        }

        // To RE2 it is the last character alone that is repeated.
        return parts.Count == 0 ? Nothing
            : TryRepetition(out _, out _) ? throw new FormatException(@"a repetition behind \E is not supported")
            : Sequence(parts);
    }

    private static Re2Set Set(CodePointSet set, Flags flags) => new(flags.IgnoreCase ? UnicodeClasses.Folded(set) : set);

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
