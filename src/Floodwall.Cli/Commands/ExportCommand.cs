using System.CommandLine;

namespace Floodwall.Cli.Commands;

/// <summary><c>floodwall export</c>: parts of a ledger in forms that other tools read.</summary>
internal static class ExportCommand
{
    public static Command Create() => new("export", "Write parts of a ledger in forms that other tools read.")
    {
        ExportTilesCommand.Create(),
        ExportEntryCommand.Create(),
    };
}
