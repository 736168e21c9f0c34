using System.Globalization;
using System.Text;

namespace Floodwall.Policy.Tests.Cel;

/// <summary>Reads text protobufs without their schema (protobuf.dev, "Text Format Language Specification").</summary>
internal sealed class TextProto
{
    private readonly string _text;
    private int _at;

    private TextProto(string text) => _text = text;

    public static TextProtoMessage Parse(string text)
    {
        var reader = new TextProto(text);
        TextProtoMessage message = reader.Fields(end: '\0');
        return message;
    }

    private TextProtoMessage Fields(char end)
    {
        var fields = new List<TextProtoField>();
        while (true)
        {
            char c = Peek();
            if (c == end)
            {
                _at += end == '\0' ? 0 : 1;
                return new TextProtoMessage(fields);
            }

            string name = Name();
            if (Peek() == ':')
            {
                _at++;
            }

            if (Peek() == '[')
            {
                Values(name, fields);
            }
            else
            {
                fields.Add(Value(name));
            }

            if (Peek() is ',' or ';')
            {
                _at++;
            }
        }
    }

    private void Values(string name, List<TextProtoField> into)
    {
        _at++;
        while (Peek() != ']')
        {
            into.Add(Value(name));
            if (Peek() == ',')
            {
                _at++;
            }
        }

        _at++;
    }

    private string Name()
    {
        if (Peek() != '[')
        {
            return Word();
        }

        // The name of an extension, or of the type in an Any.
        int close = _text.IndexOf(']', _at);
        string name = _text[_at..(close + 1)];
        _at = close + 1;
        return name;
    }

    private TextProtoField Value(string name)
    {
        switch (Peek())
        {
            case '{':
                _at++;
                return new TextProtoField(name, Fields('}'), null, null);
            case '<':
                _at++;
                return new TextProtoField(name, Fields('>'), null, null);
            case '"' or '\'':
                var bytes = new List<byte>();
                while (Peek() is '"' or '\'')
                {
                    Quoted(bytes);
                }

                return new TextProtoField(name, null, bytes.ToArray(), null);
            default:
                return new TextProtoField(name, null, null, Word());
        }
    }

    private string Word()
    {
        char first = Peek();
        int start = _at;
        if (first == '-')
        {
            _at++;
            Peek();
        }

        while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] is '_' or '.' or '+'
            || (_text[_at] == '-' && _text[_at - 1] is 'e' or 'E')))
        {
            _at++;
        }

        return _at > start ? _text[start.._at] : throw Error("a name or a number was expected");
    }

    private void Quoted(List<byte> into)
    {
        char quote = _text[_at++];
        while (At(_at) != quote)
        {
            if (_at >= _text.Length || _text[_at] == '\n')
            {
                throw Error("the text is not closed");
            }

            if (_text[_at] == '\\')
            {
                _at++;
                Escape(into);
            }
            else
            {
                Rune.DecodeFromUtf16(_text.AsSpan(_at), out Rune rune, out int taken);
                Append(rune.Value, into);
                _at += taken;
            }
        }

        _at++;
    }

    private void Escape(List<byte> into)
    {
        char kind = _text[_at++];
        switch (kind)
        {
            case 'x' or 'X':
                into.Add((byte)Digits(16, 2));
                break;
            case 'u':
                Append(Digits(16, 4), into);
                break;
            case 'U':
                Append(Digits(16, 8), into);
                break;
            case >= '0' and <= '7':
                _at--;
                into.Add((byte)Digits(8, 3));
                break;
            default:
                int simple = "abfnrtv".IndexOf(kind, StringComparison.Ordinal);
                into.Add((byte)(simple < 0 ? kind : "\a\b\f\n\r\t\v"[simple]));
                break;
        }
    }

    private int Digits(int radix, int most)
    {
        int value = 0;
        for (int i = 0; i < most && Uri.IsHexDigit(At(_at)); i++)
        {
            int digit = int.Parse(_text.AsSpan(_at, 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (digit >= radix)
            {
                break;
            }

            value = (value * radix) + digit;
            _at++;
        }

        return value;
    }

    private static void Append(int codePoint, List<byte> into)
    {
        Span<byte> utf8 = stackalloc byte[4];
        into.AddRange(utf8[..new Rune(codePoint).EncodeToUtf8(utf8)]);
    }

    /// <summary>The next character behind white space and comments; '\0' at the end.</summary>
    private char Peek()
    {
        while (_at < _text.Length)
        {
            if (char.IsWhiteSpace(_text[_at]))
            {
                _at++;
            }
            else if (_text[_at] == '#')
            {
                int line = _text.IndexOf('\n', _at);
                _at = line < 0 ? _text.Length : line;
            }
            else
            {
                break;
            }
        }

        return At(_at);
    }

    private char At(int index) => index < _text.Length ? _text[index] : '\0';

    private FormatException Error(string what) =>
        new($"line {_text.AsSpan(0, Math.Min(_at, _text.Length)).Count('\n') + 1}: {what}");
}
