using System.CommandLine;
using Floodwall.Cli.Formats;
using Floodwall.Cli.Formats.Derivation;

namespace Floodwall.Cli.Commands;

/// <summary>How commands that take changes are told to read them.</summary>
internal static class InputOptions
{
    private static readonly Option<string?> Format = CommonOptions.Choice(
        "--format", "The files' format; auto looks at their content.", "auto", InputFormatNames.All);

    private static readonly Option<string?> OnErrorOption = CommonOptions.Choice(
        "--on-error", "Stop at input that cannot be read, or count it and go on.", "stop", ["stop", "skip"]);

    private static readonly Option<string> Agent = new("--agent")
    {
        HelpName = "NAME",
        Description = "The agent of changes whose format names none, as Terraform plans do.",
        DefaultValueFactory = _ => "terraform",
    };

    private static readonly Option<string?> Derive = new("--derive")
    {
        HelpName = "FILE",
        Description = "Your own table of blast radius, priority, topic and environment (docs/derivation.md).",
    };

    private static readonly Option<string?> Blast = CommonOptions.Choice(
        "--blast", "The blast radius of every change that states none.", null, IntentWords.BlastRadii);

    private static readonly Option<string?> PriorityOption = CommonOptions.Choice(
        "--priority", "The priority of every change that states none.", null, IntentWords.Priorities);

    private static readonly Option<string?> Topic = new("--topic") { HelpName = "NAME", Description = "The topic of every change that states none." };

    private static readonly Option<string?> EnvironmentOption = new("--environment")
    {
        HelpName = "NAME",
        Description = "The environment of every change that states none.",
    };

    /// <summary>Gives a command these options.</summary>
    public static void AddTo(Command command)
    {
        foreach (Option option in (Option[])[Format, OnErrorOption, Agent, Derive, Blast, PriorityOption, Topic, EnvironmentOption])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>What the command line says.</summary>
    /// <exception cref="InputException">The derivation table cannot be read.</exception>
    public static ReadOptions Read(ParseResult parsed)
    {
        // The option accepts no other word.
        _ = InputFormatNames.TryParse(parsed.GetValue(Format)!, out InputFormat format);
        return new ReadOptions
        {
            Format = format,
            DefaultAgent = parsed.GetValue(Agent)!,
            OnError = parsed.GetValue(OnErrorOption) == "skip" ? OnError.Skip : OnError.Stop,
            Derivation = Derivation(parsed),
        };
    }

    private static DerivationTable Derivation(ParseResult parsed)
    {
        DerivationTable table = DerivationTable.Default;
        if (parsed.GetValue(Derive) is { } file)
        {
            using FileStream stream = File.OpenRead(file);
            table = DerivationTable.Load(stream, file);
        }

        return table.With(new DerivationOverrides
        {
            BlastRadius = parsed.GetValue(Blast) is { } blast ? IntentWords.Blast(blast) : null,
            Priority = parsed.GetValue(PriorityOption) is { } priority ? IntentWords.Priority(priority) : null,
            Topic = parsed.GetValue(Topic),
            Environment = parsed.GetValue(EnvironmentOption),
        });
    }
}
