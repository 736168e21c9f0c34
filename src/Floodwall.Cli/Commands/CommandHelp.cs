using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;

namespace Floodwall.Cli.Commands;

/// <summary>What a group of commands says of its commands: one short line each. Their own help says the rest.</summary>
internal static class CommandHelp
{
    /// <summary>The commands of a group that was called without one, or with one that there is not; empty where the command is no group.</summary>
    public static string Commands(CommandResult result)
    {
        Command[] commands = [.. result.Command.Subcommands.Where(command => !command.Hidden)];
        if (commands.Length == 0)
        {
            return "";
        }

        int width = commands.Max(command => command.Name.Length);
        StringBuilder lines = new("Commands:\n");
        foreach (Command command in commands)
        {
            lines.Append("  ").Append(command.Name.PadRight(width)).Append("  ").Append(First(command.Description)).Append('\n');
        }

        return lines.ToString();
    }

    /// <summary>Leaves the commands of a group a line each, and puts the first sentence of a command's own description on a line by itself.</summary>
    public static void Shorten(Command command)
    {
        foreach (Command part in command.Subcommands)
        {
            part.Description = First(part.Description);
        }

        string first = First(command.Description);
        if (command.Subcommands.Count == 0 && command.Description is { } whole && whole.Length > first.Length + 1)
        {
            command.Description = $"{first}.\n{whole[first.Length..].TrimStart('.', ':', ' ')}";
        }
    }

    // Descriptions begin with what the command does; details stand behind a full stop or a colon.
    private static string First(string? description)
    {
        string text = description ?? "";
        int end = new[] { text.IndexOf(". ", StringComparison.Ordinal), text.IndexOf(": ", StringComparison.Ordinal), text.IndexOf('\n', StringComparison.Ordinal) }
            .Where(at => at >= 0).DefaultIfEmpty(text.Length).Min();
        return text[..end].TrimEnd('.');
    }
}
