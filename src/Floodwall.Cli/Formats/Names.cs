using System.Text;
using Floodwall.Cli.Formats.Json;

namespace Floodwall.Cli.Formats;

/// <summary>The rule for names (agents, resources, topics, …), since they are interned, printed and signed.</summary>
internal static class Names
{
    /// <summary>What is wrong with a name, or null.</summary>
    public static string? Problem(string name)
    {
        if (name.Length == 0)
        {
            return "expected a name, got an empty string";
        }

        // A UTF-16 unit is one byte of UTF-8 at least, so the length alone settles most cases.
        if (name.Length > Limits.NameBytes || Encoding.UTF8.GetByteCount(name) > Limits.NameBytes)
        {
            return $"expected at most {Limits.NameBytes} bytes of UTF-8, got {Encoding.UTF8.GetByteCount(name)} (\"{JsonText.Shown(name, 40)}\")";
        }

        foreach (char c in name)
        {
            if (char.IsControl(c))
            {
                return $"expected no control characters, got U+{(int)c:X4} in \"{JsonText.Shown(name)}\"";
            }
        }

        return null;
    }

    /// <summary>Gives the name back where it is well formed.</summary>
    /// <exception cref="InputException">It is not.</exception>
    public static string Check(string name, SourcePosition position) =>
        Problem(name) is string problem ? throw new InputException(position, problem) : name;
}
