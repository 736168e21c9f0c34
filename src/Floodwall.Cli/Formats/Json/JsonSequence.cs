using System.Text.Json;
using Floodwall.Cli.Formats.Io;

namespace Floodwall.Cli.Formats.Json;

/// <summary>
/// The objects of an input that holds one a line, one after another over many lines, or as the <c>items</c> of a list.
/// One a line is read in memory bounded by the longest line; anything else is loaded whole, up to a limit.
/// </summary>
internal sealed class JsonSequence(ReadContext context, string? listKind)
{
    private static readonly string[] ListMembers = ["kind", "items"];

    /// <summary>Yields the objects in order; what cannot be read is reported to the context.</summary>
    public IEnumerable<JsonUnit> Read() => IsLineByLine() ? Lines() : Document();

    /// <summary>
    /// The first line decides. Where it ends within a value, the input is one document over many lines, unless the next line begins
    /// an object of its own: then the first line is merely broken.
    /// </summary>
    private bool IsLineByLine()
    {
        InputBuffer input = context.Input;
        int limit = context.Limits.LineBytes;
        int end;
        while ((end = FirstLineEnd(input.Available.Span)) < 0 && input.Grow(limit))
        {
        }

        if (end < 0)
        {
            return false;
        }

        ReadOnlySpan<byte> first = Content(input.Available.Span[..end]);
        try
        {
            var reader = new Utf8JsonReader(first, isFinalBlock: false, new JsonReaderState(JsonText.Tokens));
            if (reader.Read() && reader.TrySkip() && reader.CurrentDepth == 0)
            {
                return true;
            }
        }
        catch (JsonException)
        {
            return true;
        }

        if (first[^1] is (byte)'{' or (byte)'[' or (byte)',' or (byte)':')
        {
            return false;
        }

        int next;
        while ((next = input.Available.Span[end..].IndexOfAnyExcept(" \t\r\n"u8)) < 0 && input.Grow(limit))
        {
        }

        return next >= 0 && input.Available.Span[end + next] == (byte)'{';
    }

    private IEnumerable<JsonUnit> Lines()
    {
        var lines = new LineReader(context.Input, context.Limits.LineBytes);
        while (lines.Read())
        {
            foreach (JsonUnit unit in Expand(lines))
            {
                yield return unit;
            }
        }
    }

    private IEnumerable<JsonUnit> Expand(LineReader lines)
    {
        JsonUnit? unit = null;
        Range? items = null;
        try
        {
            var position = new SourcePosition(context.File, lines.Number);
            if (lines.TooLong)
            {
                throw new InputException(position, $"expected at most {context.Limits.LineBytes} bytes in a line, got more");
            }

            if (!Content(lines.Line.Span).IsEmpty)
            {
                JsonText.Check(lines.Line.Span, position);
                unit = new JsonUnit(lines.Line, position);
                items = Items(unit.Value);
            }
        }
        catch (InputException e)
        {
            context.Fail(e);
            yield break;
        }

        if (unit is JsonUnit whole)
        {
            foreach (JsonUnit element in items is Range range ? Elements(whole, range, null) : [whole])
            {
                yield return element;
            }
        }
    }

    private IEnumerable<JsonUnit> Document()
    {
        WholeDocument document;
        try
        {
            document = WholeDocument.Load(context.Input, context.File, context.Limits.DocumentBytes);
        }
        catch (InputException e)
        {
            context.FailForGood(e);
            yield break;
        }

        int offset = 0;
        while (NextValue(document, ref offset) is var (start, unit, items))
        {
            foreach (JsonUnit element in items is Range range ? Elements(unit, range, at => document.At(start + at)) : [unit])
            {
                yield return element;
            }
        }
    }

    private (int Start, JsonUnit Unit, Range? Items)? NextValue(WholeDocument document, ref int offset)
    {
        try
        {
            if (!JsonSlices.Next(document.Bytes.Span, ref offset, document.At(offset), out Range slice))
            {
                return null;
            }

            var unit = new JsonUnit(document.Bytes[slice], document.At(slice.Start.Value));
            return (slice.Start.Value, unit, Items(unit));
        }
        catch (InputException e)
        {
            context.FailForGood(e);
            return null;
        }
    }

    /// <summary>Where the items stand, if the value is a list.</summary>
    private Range? Items(JsonUnit unit)
    {
        if (listKind is null)
        {
            return null;
        }

        Range?[] members = JsonSlices.Members(unit.Bytes.Span, unit.Position, ListMembers);
        ReadOnlySpan<byte> kind = members[0] is Range range ? unit.Bytes.Span[range] : "null"u8;
        bool isList = kind.Length == listKind.Length + 2 && System.Text.Encoding.UTF8.GetString(kind[1..^1]) == listKind;
        if (!isList && !(JsonSlices.IsNull(kind) && members[1] is not null))
        {
            return null;
        }

        return members[1] is Range items && JsonSlices.IsArray(unit.Bytes.Span[items])
            ? items
            : throw new InputException(unit.Position.Member("items"), $"expected the array of a {listKind}, got none");
    }

    private static IEnumerable<JsonUnit> Elements(JsonUnit list, Range items, Func<int, SourcePosition>? locate)
    {
        ReadOnlyMemory<byte> array = list.Bytes[items];
        int offset = 0;
        for (int index = 0; JsonSlices.NextElement(array.Span, ref offset, out Range slice); index++)
        {
            SourcePosition position = locate?.Invoke(items.Start.Value + slice.Start.Value) ?? list.Position;
            yield return new JsonUnit(array[slice], position with { Path = $"$.items[{index}]" });
        }
    }

    private static int FirstLineEnd(ReadOnlySpan<byte> bytes)
    {
        int start = bytes.Length - Content(bytes, trimEnd: false).Length;
        int end = bytes[start..].IndexOf((byte)'\n');
        return end < 0 ? -1 : start + end;
    }

    private static ReadOnlySpan<byte> Content(ReadOnlySpan<byte> bytes, bool trimEnd = true)
    {
        ReadOnlySpan<byte> text = (bytes is [0xEF, 0xBB, 0xBF, ..] ? bytes[3..] : bytes).TrimStart(" \t\r\n"u8);
        return trimEnd ? text.TrimEnd(" \t\r\n"u8) : text;
    }
}
