using System.Globalization;
using Floodwall.Cli.Formats;
using Floodwall.Cli.Running;
using Floodwall.Pipeline;

namespace Floodwall.Cli.Bundles;

/// <summary>Verdicts and intents as people read them.</summary>
internal static class VerdictText
{
    /// <summary>The verdict with what it asks for, as in <c>shape, wait 20 ticks</c>.</summary>
    public static string Of(in Verdict verdict, INames names)
    {
        string word = OutcomeWords.Of(verdict.Kind);
        return verdict.Kind switch
        {
            VerdictKind.Shape => string.Create(CultureInfo.InvariantCulture, $"{word}, wait {verdict.Argument} {(verdict.Argument == 1 ? "tick" : "ticks")}"),
            VerdictKind.Defer when verdict.Argument != 0 => string.Create(CultureInfo.InvariantCulture, $"{word} until tick {verdict.Argument}"),
            VerdictKind.Switch => $"{word} to {names.NameOf(new Symbol((uint)verdict.Argument))}",
            _ => word,
        };
    }

    /// <summary>The name of the rule that gives the reason; null where none objects.</summary>
    public static string? RuleOf(in Verdict verdict, INames names) => names.FindRule(verdict.Rule)?.Name;

    /// <summary>An intent in a few words.</summary>
    public static string Of(in Intent intent, INames names) =>
        $"{IntentWords.Of(intent.Action)} {names.NameOf(intent.Resource)} by {names.NameOf(intent.Agent)}";
}
