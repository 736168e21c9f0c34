using System.Globalization;

namespace Floodwall.Policy.Cel;

/// <summary>
/// Cuts a text into tokens (langdef.md, "Syntax"). Never fails: what is no token is reported and left out, so that the parser can
/// report what follows as well.
/// </summary>
internal sealed class CelLexer
{
    private readonly string _text;
    private readonly bool _seedDialect;
    private readonly CelDiagnosticBag _diagnostics;
    private int _at;

    private CelLexer(string text, bool seedDialect, CelDiagnosticBag diagnostics)
    {
        _text = text;
        _seedDialect = seedDialect;
        _diagnostics = diagnostics;
    }

    /// <summary>The tokens, closed by one of kind End.</summary>
    public static List<CelToken> Tokenize(string text, bool seedDialect, CelDiagnosticBag diagnostics)
    {
        var lexer = new CelLexer(text, seedDialect, diagnostics);
        var tokens = new List<CelToken>();
        while (lexer.Next() is CelToken token)
        {
            tokens.Add(token);
            if (diagnostics.Full)
            {
                break;
            }
        }

        tokens.Add(new CelToken(TokenKind.End, new SourceSpan(text.Length, 0)));
        return tokens;
    }

    private CelToken? Next()
    {
        while (_at < _text.Length)
        {
            char c = _text[_at];
            if (c is ' ' or '\t' or '\n' or '\r' or '\f')
            {
                _at++;
            }
            else if (c == '/' && Look(1) == '/')
            {
                SkipComment();
            }
            else if (CelStringReader.StartsAt(_text, _at))
            {
                return String();
            }
            else if (CelKeywords.IsNameStart(c))
            {
                return Word();
            }
            else if (char.IsAsciiDigit(c) || (c == '.' && char.IsAsciiDigit(Look(1))))
            {
                return Number();
            }
            else if (c == '`')
            {
                if (QuotedName() is CelToken name)
                {
                    return name;
                }
            }
            else if (Punctuation(c) is CelToken mark)
            {
                return mark;
            }
            else
            {
                Unknown(c);
            }
        }

        return null;
    }

    private char Look(int ahead) => _at + ahead < _text.Length ? _text[_at + ahead] : '\0';

    private void SkipComment()
    {
        while (_at < _text.Length && _text[_at] is not ('\n' or '\r'))
        {
            _at++;
        }
    }

    private CelToken String()
    {
        int start = _at;
        Literal value = CelStringReader.Read(_text, ref _at, _diagnostics);
        return new CelToken(TokenKind.Literal, Since(start), null, value);
    }

    private CelToken Word()
    {
        int start = _at;
        while (CelKeywords.IsNamePart(Look(0)))
        {
            _at++;
        }

        string name = _text[start.._at];
        SourceSpan span = Since(start);
        return name switch
        {
            "true" => new CelToken(TokenKind.Literal, span, name, Literal.True),
            "false" => new CelToken(TokenKind.Literal, span, name, Literal.False),
            "null" => new CelToken(TokenKind.Literal, span, name, Literal.Null),
            "in" => new CelToken(TokenKind.In, span, name),
            "AND" when _seedDialect => new CelToken(TokenKind.And, span, name),
            "OR" when _seedDialect => new CelToken(TokenKind.Or, span, name),
            "NOT" when _seedDialect => new CelToken(TokenKind.SeedNot, span, name),
            _ => new CelToken(TokenKind.Identifier, span, name),
        };
    }

    private CelToken? QuotedName()
    {
        int start = _at++;
        while (CelKeywords.IsQuotedPart(Look(0)))
        {
            _at++;
        }

        if (Look(0) == '`' && _at > start + 1)
        {
            _at++;
            return new CelToken(TokenKind.QuotedIdentifier, Since(start), _text[(start + 1)..(_at - 1)]);
        }

        _diagnostics.Add(Since(start), "a field name in backticks is one or more of letters, digits, '_', '.', '-', '/' and ' ', "
            + "closed by another backtick");
        return null;
    }

    private CelToken Number()
    {
        int start = _at;
        bool hex = Look(0) == '0' && Look(1) is 'x' or 'X' && char.IsAsciiHexDigit(Look(2));
        bool real = false;
        if (hex)
        {
            _at += 2;
            SkipDigits(hex: true);
        }
        else
        {
            SkipDigits(hex: false);
            if (Look(0) == '.' && char.IsAsciiDigit(Look(1)))
            {
                real = true;
                _at++;
                SkipDigits(hex: false);
            }

            int sign = Look(1) is '+' or '-' ? 1 : 0;
            if (Look(0) is 'e' or 'E' && char.IsAsciiDigit(Look(1 + sign)))
            {
                real = true;
                _at += 1 + sign;
                SkipDigits(hex: false);
            }
        }

        string digits = _text[start.._at];
        if (real)
        {
            return Double(digits, Since(start));
        }

        bool unsigned = Look(0) is 'u' or 'U';
        _at += unsigned ? 1 : 0;
        SourceSpan span = Since(start);
        bool fits = hex
            ? ulong.TryParse(digits.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value)
            : ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value);
        if (!fits)
        {
            _diagnostics.Add(span, $"the number is beyond the range of {(unsigned ? "uint" : "int")}");
            value = 0;
        }

        // An int is taken as its magnitude here: only the parser knows whether a minus makes 9223372036854775808 fit.
        return new CelToken(TokenKind.Literal, span, unsigned ? null : digits, Literal.Of(value));
    }

    private CelToken Double(string digits, SourceSpan span)
    {
        double value = double.Parse(digits, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture);
        if (double.IsInfinity(value))
        {
            _diagnostics.Add(span, "the number is beyond the range of double");
            value = 0;
        }

        return new CelToken(TokenKind.Literal, span, digits, Literal.Of(value));
    }

    private void SkipDigits(bool hex)
    {
        while (hex ? char.IsAsciiHexDigit(Look(0)) : char.IsAsciiDigit(Look(0)))
        {
            _at++;
        }
    }

    private CelToken? Punctuation(char c)
    {
        (TokenKind kind, int length) = (c, Look(1)) switch
        {
            ('&', '&') => (TokenKind.And, 2),
            ('|', '|') => (TokenKind.Or, 2),
            ('=', '=') => (TokenKind.Equal, 2),
            ('!', '=') => (TokenKind.NotEqual, 2),
            ('<', '=') => (TokenKind.LessOrEqual, 2),
            ('>', '=') => (TokenKind.GreaterOrEqual, 2),
            ('=', _) when _seedDialect => (TokenKind.Equal, 1),
            ('!', _) => (TokenKind.Not, 1),
            ('<', _) => (TokenKind.Less, 1),
            ('>', _) => (TokenKind.Greater, 1),
            ('+', _) => (TokenKind.Plus, 1),
            ('-', _) => (TokenKind.Minus, 1),
            ('*', _) => (TokenKind.Star, 1),
            ('/', _) => (TokenKind.Slash, 1),
            ('%', _) => (TokenKind.Percent, 1),
            ('.', _) => (TokenKind.Dot, 1),
            (',', _) => (TokenKind.Comma, 1),
            (':', _) => (TokenKind.Colon, 1),
            ('?', _) => (TokenKind.Question, 1),
            ('(', _) => (TokenKind.OpenParen, 1),
            (')', _) => (TokenKind.CloseParen, 1),
            ('[', _) => (TokenKind.OpenBracket, 1),
            (']', _) => (TokenKind.CloseBracket, 1),
            ('{', _) => (TokenKind.OpenBrace, 1),
            ('}', _) => (TokenKind.CloseBrace, 1),
            _ => (TokenKind.End, 0),
        };
        if (length == 0)
        {
            return null;
        }

        int start = _at;
        _at += length;
        return new CelToken(kind, Since(start));
    }

    private void Unknown(char c)
    {
        int start = _at;
        _at += char.IsHighSurrogate(c) && char.IsLowSurrogate(Look(1)) ? 2 : 1;
        string? suggestion = c switch { '=' => "==", '&' => "&&", '|' => "||", _ => null };
        _diagnostics.Add(
            Since(start), suggestion is null ? $"the character U+{(int)c:X4} has no meaning here" : $"'{c}' is no operator", suggestion);
    }

    private SourceSpan Since(int start) => new(start, _at - start);
}
