using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace Floodwall.Cli.Commands;

/// <summary>Options and arguments that several commands have, with one spelling and one meaning.</summary>
internal static class CommonOptions
{
    public static Option<bool> Json() => new("--json") { Description = "Print the result as one JSON object on standard output." };

    public static Argument<string> LedgerDirectory() => new("DIR") { Description = "The ledger's folder." };

    /// <summary>How many threads check a ledger.</summary>
    public static Option<int?> Threads() => Number<int>("--threads", "Threads that check the ledger, 1 to 48; one for each core when absent.", 1);

    /// <summary>The private key in force.</summary>
    public static Option<string?> Key(string name, string description) => new(name) { HelpName = "FILE", Description = description };

    /// <summary>A command that changes a ledger's files is told in so many words whether it shall.</summary>
    public static (Option<bool> DryRun, Option<bool> Apply) DryRunOrApply(Command command)
    {
        Option<bool> dryRun = new("--dry-run") { Description = "Say what would be done, and change nothing." };
        Option<bool> apply = new("--apply") { Description = "Do it." };
        command.Options.Add(dryRun);
        command.Options.Add(apply);
        command.Validators.Add(result =>
        {
            if (result.GetValue(dryRun) == result.GetValue(apply))
            {
                result.AddError("Say either --dry-run or --apply.");
            }
        });
        return (dryRun, apply);
    }

    /// <summary>A number of at least <paramref name="least"/>.</summary>
    public static Option<T?> Number<T>(string name, string description, T least)
        where T : struct, INumber<T>
    {
        Option<T?> option = new(name) { HelpName = "N", Description = description };
        option.Validators.Add(result => RequireLeast(result, name, least));
        return option;
    }

    /// <summary>One of the words given; others are refused with the list.</summary>
    public static Option<string?> Choice(string name, string description, string? preset, IEnumerable<string> words)
    {
        string[] choices = [.. words];
        Option<string?> option = new(name) { Description = description, HelpName = string.Join('|', choices) };
        if (preset is not null)
        {
            option.DefaultValueFactory = _ => preset;
        }

        option.AcceptOnlyFromAmong(choices);
        return option;
    }

    private static void RequireLeast<T>(OptionResult result, string name, T least)
        where T : struct, INumber<T>
    {
        string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (result.Tokens.Count == 1 && !(T.TryParse(text, CultureInfo.InvariantCulture, out T value) && value >= least))
        {
            result.AddError($"{name} is '{text}'; a number of at least {least} is expected.");
        }
    }
}
