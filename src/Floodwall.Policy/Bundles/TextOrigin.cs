namespace Floodwall.Policy;

/// <summary>
/// Where a text stands in a policy file, so that an offset in it (of an error in a condition, say) becomes a line and a column.
/// </summary>
/// <remarks>
/// Exact for text on one line and for literal block scalars (<c>|</c>). For folded or escaped text, and for conditions that were
/// made from a <c>when:</c> map, every offset is answered with the place where the value begins.
/// </remarks>
public sealed class TextOrigin
{
    private readonly Layout _layout;
    private readonly int _indent;
    private readonly string _text;
    private readonly int _skipped;

    private TextOrigin(SourcePosition position, Layout layout, string text, int indent, int skipped)
    {
        Position = position;
        _layout = layout;
        _text = text;
        _indent = indent;
        _skipped = skipped;
    }

    private enum Layout
    {
        Opaque,
        OneLine,
        Block,
    }

    /// <summary>Where the value begins (its first quote or block indicator, where it has one).</summary>
    public SourcePosition Position { get; }

    /// <summary>A text whose characters do not stand in the file one by one.</summary>
    public static TextOrigin Opaque(SourcePosition position) => new(position, Layout.Opaque, "", 0, 0);

    /// <summary>The place of the code unit at <paramref name="offset"/> (from 0; the text's length is allowed).</summary>
    public SourcePosition PositionOf(int offset)
    {
        int at = Math.Clamp(offset, 0, int.MaxValue - _skipped) + _skipped;
        switch (_layout)
        {
            case Layout.OneLine:
                return Position with { Column = Position.Column + _indent + at };
            case Layout.Block:
                at = Math.Min(at, _text.Length);
                ReadOnlySpan<char> before = _text.AsSpan(0, at);
                int lineStart = before.LastIndexOf('\n') + 1;
                return Position with { Line = Position.Line + 1 + before.Count('\n'), Column = _indent + 1 + at - lineStart };
            default:
                return Position;
        }
    }

    /// <summary>Text that stands in the file character by character, <paramref name="lead"/> units behind the position.</summary>
    internal static TextOrigin OneLine(SourcePosition position, int lead) => new(position, Layout.OneLine, "", lead, 0);

    /// <summary>A literal block scalar, whose lines begin on the line after the position, indented by <paramref name="indent"/>.</summary>
    internal static TextOrigin Block(SourcePosition position, string text, int indent) => new(position, Layout.Block, text, indent, 0);

    /// <summary>The origin of the same text without its first <paramref name="count"/> code units.</summary>
    internal TextOrigin Skip(int count) => count == 0 ? this : new TextOrigin(Position, _layout, _text, _indent, _skipped + count);
}
