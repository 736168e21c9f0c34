using System.Globalization;
using System.Text;

namespace Floodwall.Policy.Tests.Bundles;

/// <summary>Makes bundles of any content, and prints them in any spelling.</summary>
internal static class BundleTrees
{
    private static readonly string[] Names = ["a", "b-1", "Prod", "über", "x.y", "true", "null", "12", "- x", "a: b", "#c", "q'\"\\", "日本"];
    private static readonly string[] Conditions = ["true", "pool.remaining == 0", "a OR b", "x == 'AND' && y", "a = \"b: c\" # d", "[1, 2].exists(e, e > 1)"];

    private static readonly string[][] Synonyms =
        [["admit", "approve", "allow"], ["shape", "throttle"], ["require_approval", "require_human", "require-approval"], ["deny", "reject"], ["defer"]];

    private static readonly string[][] Spellings =
        [["decision", "action"], ["condition", "if"], ["onUnknown", "on_unknown"], ["maxWait", "max_wait"], ["maxUses", "max_uses"], ["breakGlass", "break_glass"], ["why", "reason"]];

    /// <summary>Defaults that may as well be written, by a key that only the mapping they belong to has.</summary>
    private static readonly (string Marker, string Key, object Value)[] Defaults =
    [
        ("condition", "priority", 0L), ("when", "priority", 0L), ("who", "breakGlass", false), ("scope", "mode", Word("enforce")), ("policies", "version", Word("v1")),
    ];

    public static Map Make(Random random)
    {
        var policies = Enumerable.Range(0, random.Next(1, 4)).Select(i => Policy(random, "p" + i)).ToList<object>();
        var bundle = new Map { ["policies"] = policies };
        if (random.Next(2) == 0)
        {
            bundle["metadata"] = new Map { ["name"] = "m" + random.Next(9), ["revision"] = (long)random.Next(1, 99) };
            bundle["ticks"] = new Map { ["perSecond"] = (long)random.Next(1, 9), ["unixSecondsAtZero"] = (long)random.Next(-9, 9) };
        }

        if (random.Next(3) == 0)
        {
            bundle["exemptions"] = new List<object>
            {
                new Map
                {
                    ["id"] = Pick(random, Names), ["who"] = new Map { ["agent"] = "a" + random.Next(9) + "*" }, ["policies"] = new List<object> { "p0" },
                    ["why"] = Pick(random, Names), ["expires"] = (long)random.Next(1, 99), ["maxUses"] = (long)random.Next(1, 99),
                },
            };
        }

        return bundle;
    }

    /// <summary>As YAML: plainly, or in the spelling that <paramref name="style"/> happens on.</summary>
    public static string Print(object tree, Random? style)
    {
        var output = new StringBuilder(style?.Next(2) == 0 ? "# a comment\n---\n" : "");
        PrintNode(style is null ? tree : Respell(tree, style), style, 0, output);
        return output.Append('\n').ToString();
    }

    private static Map Policy(Random random, string id) => new()
    {
        ["id"] = id,
        ["scope"] = Word(Pick(random, ["global", "env:dev", "org:a/env:b", "pool:p/q", "identity:i"])),
        ["type"] = Word(Pick(random, ["hard", "soft"])),
        ["rules"] = Enumerable.Range(0, random.Next(1, 4)).Select(i => Rule(random, "r" + i)).ToList<object>(),
    };

    private static Map Rule(Random random, string id)
    {
        var rule = new Map { ["id"] = id };
        if (random.Next(2) == 0)
        {
            rule["condition"] = Pick(random, Conditions);
        }
        else
        {
            rule["when"] = new Map
            {
                ["topic"] = Enumerable.Range(0, random.Next(1, 4)).Select(_ => (object)(Pick(random, Names) + random.Next(3))).Distinct().ToList(),
                ["team"] = Pick(random, Names),
                ["risk_tags"] = new List<object> { "t" + random.Next(3), "u" },
            };
        }

        rule["decision"] = Word(Pick(random, Synonyms)[0]);
        if (((Word)rule["decision"]).Text == "shape")
        {
            rule["params"] = new Map
            {
                ["algorithm"] = Word("linear"),
                ["factor"] = new Word((random.Next(1, 9) / 2m).ToString("0.0", CultureInfo.InvariantCulture)),
                ["maxWait"] = 90L,
            };
        }

        if (random.Next(2) == 0)
        {
            rule["reason"] = Pick(random, Names) + "\n" + Pick(random, Names);
            rule["onUnknown"] = Word(Pick(random, ["deny", "defer", "pessimistic"]));
        }

        return rule;
    }

    private static object Respell(object tree, Random style)
    {
        switch (tree)
        {
            case Map map:
                var other = new Map();
                var entries = map.ToList();
                foreach ((string marker, string key, object value) in Defaults)
                {
                    if (map.ContainsKey(marker) && !map.ContainsKey(key) && (marker == "who" || !map.ContainsKey("who")) && style.Next(2) == 0)
                    {
                        entries.Add(new(key, value));
                    }
                }

                foreach ((string key, object value) in entries.OrderBy(_ => style.Next()))
                {
                    bool inWho = map.ContainsKey("who");
                    string[]? spelling = Array.Find(Spellings, all => all[0] == key && (key != "why" || inWho));
                    object child = key is "topic" or "risk_tags" ? ((List<object>)value).OrderBy(_ => style.Next()).ToList() : value;
                    other[spelling is null ? key : Pick(style, spelling)] = Respell(child, style);
                }

                return other;
            case List<object> list:
                return list.ConvertAll(item => Respell(item, style));
            case Word word when Array.Find(Synonyms, all => all[0] == word.Text) is string[] same && word.Text != "deny" && word.Text != "defer":
                return Word(Pick(style, same));
            default:
                return tree;
        }
    }

    private static void PrintNode(object node, Random? style, int indent, StringBuilder output, bool flow = false)
    {
        flow |= style?.Next(4) == 0 && indent > 0;
        switch (node)
        {
            case Map map when flow:
                output.Append('{');
                foreach ((string key, object value) in map)
                {
                    output.Append(output[^1] == '{' ? "" : ", ").Append(Text(key, style)).Append(": ");
                    PrintNode(value, style, indent, output, flow: true);
                }

                output.Append('}');
                break;
            case List<object> list when flow:
                output.Append('[');
                foreach (object item in list)
                {
                    output.Append(output[^1] == '[' ? "" : ", ");
                    PrintNode(item, style, indent, output, flow: true);
                }

                output.Append(']');
                break;
            case Map map:
                foreach ((string key, object value) in map)
                {
                    Line(style, indent, output).Append(Text(key, style)).Append(": ");
                    PrintNode(value, style, indent + 1 + (style?.Next(3) ?? 1), output);
                }

                break;
            case List<object> list:
                foreach (object item in list)
                {
                    Line(style, indent, output).Append("- ");
                    PrintNode(item, style, indent + 1 + (style?.Next(3) ?? 1), output);
                }

                break;
            case string text:
                output.Append(Text(text, style));
                break;
            case Word word:
                output.Append(style?.Next(3) == 0 && !char.IsAsciiDigit(word.Text[0]) ? $"'{word.Text}'" : word.Text);
                break;
            case bool truth:
                output.Append(truth ? "true" : "false");
                break;
            default:
                output.Append(((IFormattable)node).ToString(null, CultureInfo.InvariantCulture));
                break;
        }
    }

    private static StringBuilder Line(Random? style, int indent, StringBuilder output)
    {
        if (output.Length > 0 && output[^1] != '\n')
        {
            output.Append(style?.Next(5) == 0 ? " # why\n" : "\n");
        }

        return output.Append(style?.Next(9) == 0 ? "\n# note\n" : "").Append(' ', indent);
    }

    private static string Text(string text, Random? style)
    {
        bool simple = text.All(char.IsAsciiLetter) && text is not ("true" or "null");
        return (style?.Next(3) ?? 1) switch
        {
            0 when simple => text,
            2 when !text.Contains('\n', StringComparison.Ordinal) => "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'",
            _ => "\"" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal) + "\"",
        };
    }

    private static T Pick<T>(Random random, T[] from) => from[random.Next(from.Length)];

    private static Word Word(string text) => new(text);

    /// <summary>A mapping in the order of insertion.</summary>
    internal sealed class Map : Dictionary<string, object>;
}

/// <summary>A word or a number that is written as it is.</summary>
internal sealed record Word(string Text);
