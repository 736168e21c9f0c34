using System.Text.Json;

namespace Floodwall.Cli.Formats.Json;

/// <summary>Finds values inside JSON text without building a tree, so that a large document costs its bytes and one element at a time.</summary>
internal static class JsonSlices
{
    /// <summary>Finds the next of several values that follow one another.</summary>
    /// <param name="bytes">The text.</param>
    /// <param name="offset">Where to look on; set to the end of the value found.</param>
    /// <param name="start">The position of <paramref name="offset"/>.</param>
    /// <param name="slice">The value's bytes.</param>
    /// <returns>False where only white space is left.</returns>
    public static bool Next(ReadOnlySpan<byte> bytes, ref int offset, SourcePosition start, out Range slice)
    {
        slice = default;
        if (bytes[offset..].IndexOfAnyExcept(" \t\r\n"u8) < 0)
        {
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(bytes[offset..], JsonText.Tokens);
            reader.Read();
            int first = offset + (int)reader.TokenStartIndex;
            reader.Skip();
            offset += (int)reader.BytesConsumed;
            slice = first..offset;
            return true;
        }
        catch (JsonException e)
        {
            throw JsonText.Problem(e, start);
        }
    }

    /// <summary>Finds members of an object.</summary>
    /// <param name="value">The text of one value.</param>
    /// <param name="start">Where it begins.</param>
    /// <param name="names">The members looked for.</param>
    /// <returns>The range of each member's value, null where it is absent.</returns>
    /// <exception cref="InputException">Not an object, not valid JSON, or one of the members is given twice.</exception>
    public static Range?[] Members(ReadOnlySpan<byte> value, SourcePosition start, params ReadOnlySpan<string> names)
    {
        var found = new Range?[names.Length];
        try
        {
            var reader = new Utf8JsonReader(value, JsonText.Tokens with { AllowMultipleValues = false });
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw new InputException(start, $"expected a JSON object, got {Kind(reader.TokenType)}");
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                int index = -1;
                for (int i = 0; i < names.Length && index < 0; i++)
                {
                    index = reader.ValueTextEquals(names[i]) ? i : -1;
                }

                reader.Read();
                int first = (int)reader.TokenStartIndex;
                reader.Skip();
                if (index >= 0)
                {
                    found[index] = found[index] is null
                        ? first..(int)reader.BytesConsumed
                        : throw new InputException(start.Member(names[index]), "expected the property once, got it twice");
                }
            }

            // Anything but white space after the object is an error that only reading on reveals.
            reader.Read();
            return found;
        }
        catch (JsonException e)
        {
            throw JsonText.Problem(e, start);
        }
    }

    /// <summary>Finds the next element of an array.</summary>
    /// <param name="array">The array's text, known to be valid JSON.</param>
    /// <param name="offset">0 at first; then where the last element ended.</param>
    /// <param name="slice">The element's bytes.</param>
    /// <returns>False at the end of the array.</returns>
    public static bool NextElement(ReadOnlySpan<byte> array, ref int offset, out Range slice)
    {
        slice = default;
        // Between elements stand white space and commas; before the first one, the bracket.
        int gap = offset == 0
            ? 1 + array[1..].IndexOfAnyExcept(" \t\r\n"u8)
            : array[offset..].IndexOfAnyExcept(" \t\r\n,"u8);
        if (gap < 0 || array[offset + gap] == (byte)']')
        {
            return false;
        }

        var reader = new Utf8JsonReader(array[(offset + gap)..], JsonText.Tokens);
        reader.Read();
        reader.Skip();
        int first = offset + gap;
        offset = first + (int)reader.BytesConsumed;
        slice = first..offset;
        return true;
    }

    /// <summary>Whether a value's text is an array.</summary>
    public static bool IsArray(ReadOnlySpan<byte> value) => value is [(byte)'[', ..];

    /// <summary>Whether a value's text is <c>null</c>.</summary>
    public static bool IsNull(ReadOnlySpan<byte> value) => value.SequenceEqual("null"u8);

    private static string Kind(JsonTokenType type) => type switch
    {
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "a boolean",
        _ => "null",
    };
}
