using System.CommandLine;
using Floodwall.Ledger;

namespace Floodwall.Cli.Commands;

/// <summary>What commands make of <c>--recycle</c>: the folder that old segment files wait in to become new ones.</summary>
internal static class RecycleFolder
{
    private const string OptionName = "--recycle";

    /// <summary>The option.</summary>
    /// <param name="description">What the command does with the folder.</param>
    public static Option<string?> Option(string description) => new(OptionName) { HelpName = "DIR", Description = description };

    /// <summary>Checks what can be told before anything is made; whether files can be renamed from there shows when the ledger is opened.</summary>
    /// <param name="paths">The ledger's paths.</param>
    /// <param name="folder">What was given; null for none.</param>
    /// <exception cref="UsageException">It is blank, is a file, or lies inside the ledger's folder or its state folder.</exception>
    public static string? Require(LedgerPaths paths, string? folder)
    {
        if (folder is null)
        {
            return null;
        }

        if (string.IsNullOrWhiteSpace(folder))
        {
            throw new UsageException($"{OptionName} is empty; a folder is expected.");
        }

        if (File.Exists(folder))
        {
            throw new UsageException($"{OptionName} {folder}: expected a folder, got a file.");
        }

        try
        {
            new LedgerOptions { Directory = paths.Directory, StateDirectory = paths.StateDirectory, RecycleDirectory = folder }.Validate();
            return folder;
        }
        catch (ArgumentException wrong) when (wrong.ParamName == nameof(LedgerOptions.RecycleDirectory))
        {
            throw new UsageException($"{OptionName} {folder} lies inside the ledger's folder or its state folder; choose another place on the same file system.");
        }
    }
}
