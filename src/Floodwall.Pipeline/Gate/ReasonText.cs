using System.Globalization;
using System.Text;

namespace Floodwall.Pipeline;

/// <summary>
/// Makes a reason's sentence from its rule's template, for somebody who reads it. Never on the hot path.
/// </summary>
/// <remarks>
/// Placeholders: {agent} {resource} {topic} {environment} {identity} {action} {priority} {blast} {id} {deadline} {argument}
/// {detail}, and {detail:priority}, which reads the detail as a <see cref="Priority"/>; {verdict}, which says what becomes of the action,
/// as in <c>rejects apply</c>. Unknown ones stay as they are.
/// </remarks>
public static class ReasonText
{
    /// <summary>The placeholders, without their braces.</summary>
    public static IReadOnlyList<string> Placeholders { get; } =
    [
        "agent", "resource", "topic", "environment", "identity", "action", "priority", "blast", "id", "deadline", "argument", "detail", "detail:priority",
        "verdict",
    ];

    /// <summary>The first opening brace of a template that begins no placeholder, as <see cref="Of"/> reads it; −1 where each does.</summary>
    /// <param name="template">The template.</param>
    /// <param name="placeholder">What stands in the braces; null where they are not closed.</param>
    public static int FindUnknown(string template, out string? placeholder)
    {
        ArgumentNullException.ThrowIfNull(template);
        placeholder = null;
        for (int open = template.IndexOf('{', StringComparison.Ordinal); open >= 0; open = template.IndexOf('{', open + 1))
        {
            int close = template.IndexOf('}', open);
            placeholder = close < 0 || template.IndexOf('{', open + 1, close - open) >= 0 ? null : template[(open + 1)..close];
            if (placeholder is null || !Placeholders.Contains(placeholder))
            {
                return open;
            }
        }

        return -1;
    }

    /// <summary>The sentence, or the empty string where nothing objected.</summary>
    public static string Of(in Verdict verdict, in Intent intent, INames names)
    {
        ArgumentNullException.ThrowIfNull(names);
        Rule? rule = names.FindRule(verdict.Rule);
        if (rule is null)
        {
            return verdict.Rule == RuleId.None ? "" : $"rule {verdict.Rule.Id}";
        }

        return Fill(rule.Template, verdict, intent, names);
    }

    private static string Fill(string template, in Verdict verdict, in Intent intent, INames names)
    {
        StringBuilder text = new(template.Length + 32);
        int at = 0;
        while (at < template.Length)
        {
            int open = template.IndexOf('{', at);
            int close = open < 0 ? -1 : template.IndexOf('}', open);
            if (close < 0)
            {
                break;
            }

            text.Append(template, at, open - at);
            string placeholder = template[(open + 1)..close];
            text.Append(Value(placeholder, verdict, intent, names) ?? template[open..(close + 1)]);
            at = close + 1;
        }

        return text.Append(template, at, template.Length - at).ToString();
    }

    private static string? Value(string placeholder, in Verdict verdict, in Intent intent, INames names) => placeholder switch
    {
        "agent" => names.NameOf(intent.Agent),
        "resource" => names.NameOf(intent.Resource),
        "topic" => names.NameOf(intent.Topic),
        "environment" => names.NameOf(intent.Environment),
        "identity" => names.NameOf(intent.Identity),
        "action" => intent.Action.ToString(),
        "priority" => intent.Priority.ToString(),
        "blast" => intent.BlastRadius.ToString(),
        "id" => intent.Id.ToString(CultureInfo.InvariantCulture),
        "deadline" => intent.DeadlineTick.ToString(CultureInfo.InvariantCulture),
        "verdict" => $"{Verb(verdict.Kind)} {intent.Action.ToString().ToLowerInvariant()}",
        "argument" => verdict.Argument.ToString(CultureInfo.InvariantCulture),
        "detail" => verdict.Detail.ToString(CultureInfo.InvariantCulture),
        "detail:priority" => ((Priority)verdict.Detail).ToString(),
        _ => null,
    };

    private static string Verb(VerdictKind kind) => kind switch
    {
        VerdictKind.Admit => "admits",
        VerdictKind.Shape => "slows down",
        VerdictKind.Defer => "defers",
        VerdictKind.RequireApproval => "requires approval for",
        VerdictKind.Switch => "asks for another identity for",
        _ => "rejects",
    };
}
