using System.CommandLine;
using System.Globalization;
using System.Numerics;

namespace Floodwall.Cli.Commands;

/// <summary>Options and arguments that several commands have, with one spelling and one meaning.</summary>
internal static class CommonOptions
{
    public static Option<bool> Json() => new("--json") { Description = "Print the result as one JSON object on standard output." };

    /// <summary>The folder of a ledger that is there: a mistyped path is wrong usage, and no alarm about a damaged ledger.</summary>
    public static Argument<string> LedgerDirectory()
    {
        Argument<string> directory = new("DIR") { Description = "The ledger's folder." };
        directory.Validators.Add(result =>
        {
            string path = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (string.IsNullOrWhiteSpace(path) || !Directory.Exists(Path.Combine(path, "segments")))
            {
                result.AddError($"'{path}': no ledger; a folder 'segments' is expected in it.");
            }
        });
        return directory;
    }

    /// <summary><c>--state</c> of commands that work with the state folder; see <see cref="StateFolder.Require"/>.</summary>
    public static Option<string?> State() => State(
        "The ledger's state folder: its high-water mark, what is known to be on disk, and the key where no other is named. DIR.state when absent.");

    /// <summary><c>--state</c> of commands that read the ledger alone; see <see cref="StateFolder.RequireReached"/>.</summary>
    public static Option<string?> StateToReach() => State(
        "The ledger's state folder, whose high-water mark the ledger must reach: exit code 3 where it does not. Not looked at when absent.");

    /// <summary><c>--state</c> with a meaning of the command's own.</summary>
    public static Option<string?> State(string description) => new(StateFolder.OptionName) { HelpName = "DIR", Description = description };

    /// <summary><c>--recycle</c>; read it with <see cref="RecycleFolder.Require"/>.</summary>
    /// <param name="description">What the command does with the folder, as sentences.</param>
    public static Option<string?> Recycle(string description) => RecycleFolder.Option(
        description + " On the ledger's file system and outside of its folders; made where it is absent; ledgers may share it.");

    /// <summary><c>--allow-missing-high-water</c>, for commands that open a ledger for writing, or say what that would do.</summary>
    public static Option<bool> AllowMissingHighWater() => new("--allow-missing-high-water")
    {
        Description = "Open a ledger whose state folder is lost or was left behind. Only where no newer copy of the ledger can exist.",
    };

    /// <summary>The most threads that check a ledger.</summary>
    private const int WalkThreads = 48;

    /// <summary>How many threads check a ledger.</summary>
    public static Option<int?> Threads() => Number<int>("--threads", "Threads that check the ledger, 1 to 48; one for each core when absent.", 1, WalkThreads);

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

    /// <summary>What commands that make something for others to check say of <see cref="TrustedKeys"/>.</summary>
    public const string DeclaredKeyServes = "Without one the key that the ledger names itself serves.";

    /// <summary><c>--vkey</c>; read it with <see cref="Keys.Trusted"/>.</summary>
    /// <param name="without">What happens where none is given, as a sentence.</param>
    public static Option<string[]> TrustedKeys(string without) => new("--vkey")
    {
        HelpName = "VKEY|@FILE",
        Description = $"A public key you trust (name+hash+base64), or a file of them, one a line. {without}",
    };

    /// <summary>A number from <paramref name="least"/> to <paramref name="most"/>; no thousands separators, no NaN.</summary>
    public static Option<T?> Number<T>(string name, string description, T least, T most)
        where T : struct, INumber<T>
    {
        return new(name)
        {
            HelpName = "N",
            Description = description,
            CustomParser = result =>
            {
                string text = result.Tokens[0].Value;
                NumberStyles style = T.IsInteger(T.One / (T.One + T.One)) ? NumberStyles.Integer : NumberStyles.Float;
                if (T.TryParse(text, style, CultureInfo.InvariantCulture, out T value) && value >= least && value <= most)
                {
                    return value;
                }

                result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} is '{text}'; a number from {least} to {most} is expected."));
                return null;
            },
        };
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
}
