using System.Globalization;
using System.Text;

namespace Floodwall.Pipeline;

/// <summary>
/// Makes a reason's sentence from its rule's template, for somebody who reads it. Never on the hot path.
/// </summary>
/// <remarks>
/// Placeholders: {agent} {resource} {topic} {environment} {identity} {action} {priority} {blast} {id} {deadline} {argument}
/// {detail}, and {detail:priority}, which reads the detail as a <see cref="Priority"/>. Unknown ones stay as they are.
/// </remarks>
public static class ReasonText
{
    /// <summary>The sentence, or the empty string where nothing objected.</summary>
    public static string Of(in Verdict verdict, in Intent intent, Vocabulary vocabulary)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        Rule? rule = vocabulary.Rules.Find(verdict.Rule);
        if (rule is null)
        {
            return verdict.Rule == RuleId.None ? "" : $"rule {verdict.Rule.Id}";
        }

        return Fill(rule.Template, verdict, intent, vocabulary.Symbols);
    }

    private static string Fill(string template, in Verdict verdict, in Intent intent, SymbolTable symbols)
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
            text.Append(Value(placeholder, verdict, intent, symbols) ?? template[open..(close + 1)]);
            at = close + 1;
        }

        return text.Append(template, at, template.Length - at).ToString();
    }

    private static string? Value(string placeholder, in Verdict verdict, in Intent intent, SymbolTable symbols) => placeholder switch
    {
        "agent" => symbols.NameOf(intent.Agent),
        "resource" => symbols.NameOf(intent.Resource),
        "topic" => symbols.NameOf(intent.Topic),
        "environment" => symbols.NameOf(intent.Environment),
        "identity" => symbols.NameOf(intent.Identity),
        "action" => intent.Action.ToString(),
        "priority" => intent.Priority.ToString(),
        "blast" => intent.BlastRadius.ToString(),
        "id" => intent.Id.ToString(CultureInfo.InvariantCulture),
        "deadline" => intent.DeadlineTick.ToString(CultureInfo.InvariantCulture),
        "argument" => verdict.Argument.ToString(CultureInfo.InvariantCulture),
        "detail" => verdict.Detail.ToString(CultureInfo.InvariantCulture),
        "detail:priority" => ((Priority)verdict.Detail).ToString(),
        _ => null,
    };
}
