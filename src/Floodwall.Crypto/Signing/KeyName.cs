using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Floodwall.Crypto;

/// <summary>The rule for key names in signed notes (C2SP signed-note, "Format").</summary>
internal static class KeyName
{
    /// <summary>The longest name accepted, in bytes of UTF-8 (ours; the specification sets none).</summary>
    public const int MaxBytes = 255;

    /// <summary>UTF-8 that throws on lone surrogates and malformed bytes in place of mending them.</summary>
    public static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Whether <paramref name="name"/> can stand in a signature line; otherwise <paramref name="error"/> says why not.</summary>
    public static bool IsValid(ReadOnlySpan<char> name, [NotNullWhen(false)] out string? error)
    {
        error = Check(name);
        return error is null;
    }

    /// <summary>Throws where <paramref name="name"/> cannot stand in a signature line.</summary>
    /// <exception cref="ArgumentException">The name breaks the rule; the message says how.</exception>
    public static void Require(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!IsValid(name, out string? error))
        {
            throw new ArgumentException(error, nameof(name));
        }
    }

    private static string? Check(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty)
        {
            return "key name is empty";
        }

        int bytes = 0;
        foreach (Rune rune in name.EnumerateRunes())
        {
            // Enumeration puts U+FFFD for a lone surrogate; a name that really holds U+FFFD is nobody's loss.
            if (rune == Rune.ReplacementChar)
            {
                return "key name is not valid Unicode";
            }

            if (rune.Value == '+' || Rune.IsWhiteSpace(rune) || Rune.IsControl(rune))
            {
                return $"key name contains U+{rune.Value:X4}; plus, white space and control characters are not allowed";
            }

            bytes += rune.Utf8SequenceLength;
        }

        return bytes > MaxBytes ? $"key name is {bytes} bytes of UTF-8; at most {MaxBytes} are allowed" : null;
    }
}
