using System.Text;

namespace Floodwall.Cli.Formats.Derivation;

/// <summary>Text with facts in braces, such as <c>k8s.{plural}.{verb}</c>.</summary>
internal sealed class Template
{
    private readonly (string Text, bool IsFact)[] _parts;

    private Template((string Text, bool IsFact)[] parts) => _parts = parts;

    /// <summary>Whether the template uses a fact.</summary>
    public bool Uses(string fact) => Array.Exists(_parts, part => part.IsFact && part.Text == fact);

    /// <summary>Reads a template.</summary>
    /// <returns>The template, or null with what is wrong in <paramref name="problem"/>.</returns>
    public static Template? Parse(string text, out string? problem)
    {
        var parts = new List<(string, bool)>();
        ReadOnlySpan<char> rest = text;
        while (!rest.IsEmpty)
        {
            int open = rest.IndexOfAny('{', '}');
            if (open < 0)
            {
                parts.Add((rest.ToString(), false));
                break;
            }

            int close = rest.IndexOf('}');
            string fact = rest[open] == '{' && close > open ? rest[(open + 1)..close].ToString() : "";
            if (!ChangeFacts.Names.Contains(fact))
            {
                problem = $"expected a template with facts in braces ({string.Join(", ", ChangeFacts.Names)}), got \"{Json.JsonText.Shown(text)}\"";
                return null;
            }

            if (open > 0)
            {
                parts.Add((rest[..open].ToString(), false));
            }

            parts.Add((fact, true));
            rest = rest[(close + 1)..];
        }

        problem = parts.Count == 0 ? "expected a template, got an empty string" : null;
        return problem is null ? new Template([.. parts]) : null;
    }

    /// <summary>Fills the facts in; null where one of them is not stated.</summary>
    public string? Fill(ChangeFacts facts, string? environment)
    {
        var text = new StringBuilder();
        foreach ((string part, bool isFact) in _parts)
        {
            string value = isFact ? facts.Get(part, environment) : part;
            if (value.Length == 0)
            {
                return null;
            }

            text.Append(value);
        }

        return text.ToString();
    }
}
