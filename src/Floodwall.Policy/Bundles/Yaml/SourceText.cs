using System.Buffers;
using System.Text.Unicode;

namespace Floodwall.Policy.Yaml;

/// <summary>Turns a file's bytes into text: strict UTF-8, and no characters that readers could disagree about.</summary>
internal static class SourceText
{
    /// <summary>The text without its byte order mark, or null after a complaint.</summary>
    public static string? Decode(BundleSource source, DiagnosticBag diagnostics)
    {
        ReadOnlySpan<byte> bytes = source.Content.Span;
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]) || bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE])
            || bytes.StartsWith((ReadOnlySpan<byte>)[0, 0]) || (bytes.Length > 1 && bytes[1] == 0))
        {
            diagnostics.Error(new SourcePosition(source.Name, 1, 1), "expected UTF-8, got UTF-16 or UTF-32");
            return null;
        }

        if (bytes.StartsWith("\uFEFF"u8))
        {
            bytes = bytes[3..];
        }

        char[] buffer = new char[bytes.Length];
        OperationStatus status = Utf8.ToUtf16(bytes, buffer, out int read, out int written, replaceInvalidSequences: false);
        ReadOnlySpan<char> text = buffer.AsSpan(0, written);
        int refused = BundleText.IndexOfRefused(text);
        if (refused >= 0)
        {
            string? suggestion = text[refused] is '\u0085' or '\u2028' or '\u2029' ? "a line feed" : null;
            diagnostics.Error(
                Locate(source.Name, text, refused), $"expected no {BundleText.Shown(text[refused])} in a policy file", suggestion);
            return null;
        }

        if (status != OperationStatus.Done)
        {
            diagnostics.Error(Locate(source.Name, text, written), $"expected UTF-8, got the byte 0x{bytes[read]:x2}");
            return null;
        }

        return text.ToString();
    }

    private static SourcePosition Locate(string file, ReadOnlySpan<char> text, int index)
    {
        int line = 1;
        int lineStart = 0;
        for (int i = 0; i < index; i++)
        {
            // A carriage return in front of a line feed ends no line of its own.
            if (text[i] == '\n' || (text[i] == '\r' && (i + 1 >= text.Length || text[i + 1] != '\n')))
            {
                line++;
                lineStart = i + 1;
            }
        }

        return new SourcePosition(file, line, index - lineStart + 1);
    }
}
