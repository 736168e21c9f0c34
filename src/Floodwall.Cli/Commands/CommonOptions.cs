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

    /// <summary>What commands that make something for others to check say of <see cref="TrustedKeys"/>.</summary>
    public const string DeclaredKeyServes = "Without one the key that the ledger names itself serves.";

    /// <summary><c>--vkey</c>; read it with <see cref="Keys.Trusted"/>.</summary>
    /// <param name="without">What happens where none is given, as a sentence.</param>
    public static Option<string[]> TrustedKeys(string without) => new("--vkey")
    {
        HelpName = "VKEY|@FILE",
        Description = $"A public key you trust (name+hash+base64), or a file of them, one a line. {without}",
    };

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
