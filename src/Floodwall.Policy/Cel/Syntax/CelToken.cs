namespace Floodwall.Policy.Cel;

/// <summary>The kinds of tokens.</summary>
internal enum TokenKind
{
    End,
    Identifier,
    QuotedIdentifier,
    Literal,
    Dot,
    Comma,
    Colon,
    Question,
    OpenParen,
    CloseParen,
    OpenBracket,
    CloseBracket,
    OpenBrace,
    CloseBrace,
    Plus,
    Minus,
    Star,
    Slash,
    Percent,
    Not,
    SeedNot,
    And,
    Or,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
}

/// <summary>A token.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Span">Where it stands.</param>
/// <param name="Text">The name of an identifier, without backticks; the digits of a number without its suffix; else null.</param>
/// <param name="Value">
/// The value of a literal. A number whose sign decides whether it fits is settled by the parser, which sees the sign.
/// </param>
internal readonly record struct CelToken(TokenKind Kind, SourceSpan Span, string? Text = null, Literal? Value = null);
