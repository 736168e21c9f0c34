using System.Text;

namespace Floodwall.Policy.Cel;

/// <summary>
/// Reads the RE2 syntax (github.com/google/re2/wiki/Syntax), which has neither backreferences nor lookaround. Groups capture
/// nothing and all repetitions are alike, since only whether there is a match is asked. Scripts in <c>\p{..}</c> are refused.
/// </summary>
internal sealed class PatternReader
{
    private readonly string _text;
    private readonly CelPatternLimits _limits;
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private int _at;
    private int _nesting;
    private Flags _flags;

    private PatternReader(string text, CelPatternLimits limits)
    {
        _text = text;
        _limits = limits;
    }

    [Flags]
    private enum Flags
    {
        None = 0,
        IgnoreCase = 1,
        Lines = 2,
        DotTakesNewline = 4,
        Ungreedy = 8,
    }

    /// <summary>Reads a whole pattern.</summary>
    /// <exception cref="PatternException">It is outside the syntax or its limits.</exception>
    public static PatternNode Read(string text, CelPatternLimits limits)
    {
        var reader = new PatternReader(text, limits);
        PatternNode root = reader.Choice();
        if (reader._at < text.Length)
        {
            throw reader.Error("a ')' without its '('");
        }

        return root;
    }

    private char Look(int ahead = 0) => _at + ahead < _text.Length ? _text[_at + ahead] : '\0';

    private bool More => _at < _text.Length;

    private PatternNode Choice()
    {
        if (++_nesting > _limits.MaxNesting)
        {
            throw Error($"groups nest more than {_limits.MaxNesting} deep");
        }

        List<PatternNode> parts = [Sequence()];
        while (Look() == '|')
        {
            _at++;
            parts.Add(Sequence());
        }

        _nesting--;
        return parts.Count == 1 ? parts[0] : new PatternChoice(parts);
    }

    private PatternSequence Sequence()
    {
        List<PatternNode> parts = [];
        while (More && Look() is not ('|' or ')'))
        {
            if (_text.AsSpan(_at).StartsWith("\\Q", StringComparison.Ordinal))
            {
                Quoted(parts);
            }
            else if (Atom() is PatternNode atom)
            {
                parts.Add(Repeated(atom));
            }
        }

        return new PatternSequence(parts);
    }

    private void Quoted(List<PatternNode> parts)
    {
        _at += 2;
        int first = parts.Count;
        while (More && !_text.AsSpan(_at).StartsWith("\\E", StringComparison.Ordinal))
        {
            parts.Add(Literal(NextRune()));
        }

        _at = Math.Min(_at + 2, _text.Length);
        if (parts.Count > first)
        {
            parts[^1] = Repeated(parts[^1]);
        }
    }

    /// <summary>One unit; null where only flags were set.</summary>
    private PatternNode? Atom()
    {
        char c = Look();
        if (c is '*' or '+' or '?' || (c == '{' && Repetition(out _, out _) > 0))
        {
            throw Error($"there is nothing for '{c}' to repeat");
        }

        switch (c)
        {
            case '(':
                return Group();
            case '[':
                return new PatternSet(PatternClassReader.Read(_text, ref _at, (_flags & Flags.IgnoreCase) != 0));
            case '.':
                _at++;
                return new PatternSet(RuneSet.Dot((_flags & Flags.DotTakesNewline) != 0));
            case '^':
                _at++;
                return new PatternAssertion((_flags & Flags.Lines) != 0 ? PatternPlace.LineBegin : PatternPlace.Begin);
            case '$':
                _at++;
                return new PatternAssertion((_flags & Flags.Lines) != 0 ? PatternPlace.LineEnd : PatternPlace.End);
            case '\\':
                return Escape();
            default:
                return Literal(NextRune());
        }
    }

    private PatternNode Escape()
    {
        PatternPlace? place = Look(1) switch
        {
            'A' => PatternPlace.Begin,
            'z' => PatternPlace.End,
            'b' => PatternPlace.WordBoundary,
            'B' => PatternPlace.NoWordBoundary,
            _ => null,
        };
        if (place is not null)
        {
            _at += 2;
            return new PatternAssertion(place.Value);
        }

        var set = new RuneSet();
        if (PatternClassReader.TryReadClassEscape(_text, ref _at, set))
        {
            set.Close(negated: false, (_flags & Flags.IgnoreCase) != 0);
            return new PatternSet(set);
        }

        return Literal(PatternClassReader.ReadEscape(_text, ref _at));
    }

    private PatternSet Literal(Rune rune) => new(RuneSet.Of(rune, (_flags & Flags.IgnoreCase) != 0));

    private Rune NextRune() => PatternClassReader.NextRune(_text, ref _at);

    private PatternNode? Group()
    {
        int start = _at++;
        Flags outer = _flags;
        if (Look() == '?')
        {
            _at++;
            if (GroupHead(start))
            {
                return null;
            }
        }

        PatternNode inner = Choice();
        if (Look() != ')')
        {
            throw new PatternException($"the '(' at {start} is not closed");
        }

        _at++;
        _flags = outer;
        return inner;
    }

    /// <summary>Reads what stands behind <c>(?</c>; true where it is all of the group, which then sets flags from here on.</summary>
    private bool GroupHead(int start)
    {
        if (Look() is 'P' or '<' && Look(Look() == 'P' ? 1 : 0) == '<' && Look(Look() == 'P' ? 2 : 1) is not ('=' or '!'))
        {
            _at += Look() == 'P' ? 2 : 1;
            int end = _text.IndexOf('>', _at);
            string name = end < 0 ? "" : _text[_at..end];
            if (name.Length == 0 || !name.All(CelKeywords.IsNamePart) || !_names.Add(name))
            {
                throw Error("a group's name is letters, digits and '_', and used once");
            }

            _at = end + 1;
            return false;
        }

        bool clear = false;
        bool wanting = false;
        for (; More; _at++)
        {
            Flags flag = Look() switch
            {
                'i' => Flags.IgnoreCase,
                'm' => Flags.Lines,
                's' => Flags.DotTakesNewline,
                'U' => Flags.Ungreedy,
                _ => Flags.None,
            };
            if (flag != Flags.None)
            {
                _flags = clear ? _flags & ~flag : _flags | flag;
                wanting = false;
            }
            else if (Look() == '-' && !clear)
            {
                clear = true;
                wanting = true;
            }
            else
            {
                break;
            }
        }

        if (wanting || Look() is not (':' or ')'))
        {
            string what = Look() is '=' or '!' or '<' ? "lookaround" : Look() == 'P' ? "backreferences" : "groups of this kind";
            throw new PatternException($"the RE2 syntax has no {what} (at {start})");
        }

        return _text[_at++] == ')';
    }

    private PatternNode Repeated(PatternNode atom)
    {
        int length = Repetition(out int min, out int? max);
        if (length == 0)
        {
            return atom;
        }

        _at += length;
        _at += Look() == '?' ? 1 : 0;
        if (Repetition(out _, out _) > 0)
        {
            throw Error("a repetition is repeated; put the first into a group");
        }

        return new PatternRepeat(atom, min, max);
    }

    private int Repetition(out int min, out int? max) => PatternRepetitionReader.Measure(_text, _at, _limits.MaxRepeat, out min, out max);

    private PatternException Error(string what) => new($"{what} (at {_at})");
}
