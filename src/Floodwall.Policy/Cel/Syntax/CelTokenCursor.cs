namespace Floodwall.Policy.Cel;

/// <summary>
/// Walks over tokens and reports what is not as expected: one error for each place, and none in the wake of another. Once
/// <see cref="Abort"/>ed it stands at the end for good, which unwinds the parser without exceptions.
/// </summary>
internal sealed class CelTokenCursor(string text, List<CelToken> tokens, CelDiagnosticBag diagnostics)
{
    private int _index;
    private int _errorIndex = -1;
    private bool _aborted;

    public CelToken Current => tokens[_index];

    public CelToken Following => tokens[Math.Min(_index + 1, tokens.Count - 1)];

    /// <summary>The token before the current one; the current one at the start.</summary>
    public CelToken Previous => tokens[Math.Max(_index - 1, 0)];

    public bool At(TokenKind kind) => Current.Kind == kind;

    public CelToken Take()
    {
        CelToken token = Current;
        _index = Math.Min(_index + 1, tokens.Count - 1);
        return token;
    }

    public bool Accept(TokenKind kind)
    {
        if (!At(kind))
        {
            return false;
        }

        Take();
        return true;
    }

    /// <summary>Reports that something else was expected at the current token.</summary>
    public void Expected(string what, string? suggestion = null)
    {
        if (_errorIndex != _index && !_aborted)
        {
            diagnostics.Add(Current.Span, $"expected {what}, found {Found()}", suggestion ?? OperatorFor(Current));
        }

        _errorIndex = _index;
        StopIfFull();
    }

    /// <summary>Reports an error of a part already read.</summary>
    public void Report(SourceSpan span, string message, string? suggestion = null)
    {
        if (!_aborted)
        {
            diagnostics.Add(span, message, suggestion);
            StopIfFull();
        }
    }

    /// <summary>Reports an error and gives up: nothing more is read or reported.</summary>
    public void Abort(SourceSpan span, string message)
    {
        Report(span, message);
        Stop();
    }

    /// <summary>Takes the closing bracket, or reports it missing.</summary>
    public void Close(TokenKind close, CelToken open)
    {
        if (!Accept(close))
        {
            Expected($"{Name(close)} to close the {Name(open.Kind)} at {LinePosition.Of(text, open.Span.Start)}");
        }
    }

    /// <summary>Skips to the next comma or closing bracket outside brackets that open on the way.</summary>
    public void SkipToSeparator()
    {
        for (int depth = 0; !At(TokenKind.End); Take())
        {
            if (depth == 0 && Current.Kind is TokenKind.Comma or TokenKind.CloseParen or TokenKind.CloseBracket or TokenKind.CloseBrace)
            {
                return;
            }

            depth += Current.Kind switch
            {
                TokenKind.OpenParen or TokenKind.OpenBracket or TokenKind.OpenBrace => 1,
                TokenKind.CloseParen or TokenKind.CloseBracket or TokenKind.CloseBrace => -1,
                _ => 0,
            };
        }
    }

    public static string Name(TokenKind kind) => kind switch
    {
        TokenKind.OpenParen => "'('",
        TokenKind.CloseParen => "')'",
        TokenKind.OpenBracket => "'['",
        TokenKind.CloseBracket => "']'",
        TokenKind.OpenBrace => "'{'",
        TokenKind.CloseBrace => "'}'",
        TokenKind.Colon => "':'",
        _ => kind.ToString(),
    };

    /// <summary>Nothing that follows would be told.</summary>
    private void StopIfFull()
    {
        if (diagnostics.Full)
        {
            Stop();
        }
    }

    private void Stop()
    {
        _aborted = true;
        _index = tokens.Count - 1;
    }

    private string Found()
    {
        const int Shown = 24;
        if (At(TokenKind.End))
        {
            return "the end of the text";
        }

        string found = text.Substring(Current.Span.Start, Math.Min(Current.Span.Length, Shown));
        return Current.Span.Length > Shown ? $"'{found}…'" : $"'{found}'";
    }

    private static string? OperatorFor(CelToken token) => token.Kind != TokenKind.Identifier ? null : token.Text switch
    {
        "and" or "AND" => "&&",
        "or" or "OR" => "||",
        "not" or "NOT" => "!",
        _ => null,
    };
}
