using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Floodwall.Crypto;

/// <summary>
/// The text of a C2SP tlog-checkpoint: origin, tree size, root hash and optional extension lines, each ending in a newline.
/// </summary>
public sealed class Checkpoint
{
    /// <summary>A checkpoint from its parts.</summary>
    /// <param name="origin">One non-empty line that names the log.</param>
    /// <param name="size">Leaves in the tree.</param>
    /// <param name="root">RFC 6962 root of the tree.</param>
    /// <param name="extensions">Further non-empty lines, or null for none.</param>
    /// <exception cref="ArgumentException">A line is empty, holds a control character, or is not valid Unicode.</exception>
    public Checkpoint(string origin, ulong size, in Hash256 root, IReadOnlyList<string>? extensions = null)
    {
        RequireLine(origin, nameof(origin));
        Origin = origin;
        Size = size;
        Root = root;
        Extensions = extensions is null ? [] : [.. extensions];
        foreach (string line in Extensions)
        {
            RequireLine(line, nameof(extensions));
        }
    }

    /// <summary>The log's identity; by convention the name of its key.</summary>
    public string Origin { get; }

    /// <summary>Leaves in the tree.</summary>
    public ulong Size { get; }

    /// <summary>RFC 6962 root of the tree.</summary>
    public Hash256 Root { get; }

    /// <summary>Lines behind the root hash, without their newlines; usually none.</summary>
    public IReadOnlyList<string> Extensions { get; }

    /// <summary>The note text: what a signature covers. Ends in a newline.</summary>
    public string FormatBody()
    {
        StringBuilder body = new();
        body.Append(Origin).Append('\n');
        body.Append(Size.ToString(CultureInfo.InvariantCulture)).Append('\n');
        body.Append(Root.ToBase64()).Append('\n');
        foreach (string line in Extensions)
        {
            body.Append(line).Append('\n');
        }

        return body.ToString();
    }

    /// <summary>Parses a note text. On failure <paramref name="error"/> names the line and what was expected there.</summary>
    public static bool TryParse(string body, [NotNullWhen(true)] out Checkpoint? checkpoint, [NotNullWhen(false)] out string? error)
    {
        checkpoint = null;
        if (body is null || !body.EndsWith('\n'))
        {
            error = "checkpoint does not end in a newline";
            return false;
        }

        string[] lines = body[..^1].Split('\n');
        if (lines.Length < 3)
        {
            error = $"checkpoint has {lines.Length} lines; origin, size and root hash expected";
            return false;
        }

        for (int i = 0; i < lines.Length; i++)
        {
            if (CheckLine(lines[i]) is string problem)
            {
                error = $"checkpoint line {i + 1} {problem}";
                return false;
            }
        }

        if (!TryParseSize(lines[1], out ulong size))
        {
            error = "checkpoint line 2 is not a tree size: a decimal number below 2^64 without sign or leading zeroes expected";
            return false;
        }

        if (!Hash256.TryParseBase64(lines[2], out Hash256 root))
        {
            error = $"checkpoint line 3 is not a root hash: {Hash256.Base64Length} characters of base64 expected";
            return false;
        }

        checkpoint = new Checkpoint(lines[0], size, root, lines[3..]);
        error = null;
        return true;
    }

    private static bool TryParseSize(string text, out ulong size) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out size) && (text.Length == 1 || text[0] != '0');

    private static void RequireLine(string line, string parameter)
    {
        ArgumentNullException.ThrowIfNull(line, parameter);
        if (CheckLine(line) is string problem)
        {
            throw new ArgumentException($"checkpoint line {problem}", parameter);
        }
    }

    private static string? CheckLine(string line)
    {
        if (line.Length == 0)
        {
            return "is empty";
        }

        foreach (Rune rune in line.EnumerateRunes())
        {
            if (rune.Value < 0x20)
            {
                return $"holds the control character U+{rune.Value:X4}";
            }
        }

        for (int i = 0; i < line.Length; i++)
        {
            if (char.IsSurrogate(line[i]) && !(i + 1 < line.Length && char.IsSurrogatePair(line[i], line[++i])))
            {
                return "is not valid Unicode";
            }
        }

        return null;
    }
}
