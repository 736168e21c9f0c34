using Floodwall.Cli.Formats;
using Floodwall.Crypto;
using Floodwall.Ledger;

namespace Floodwall.Cli.Commands;

/// <summary>What commands make of <c>--state</c>: where a ledger's state folder is, and whether the ledger is as old as it says.</summary>
internal static class StateFolder
{
    public const string OptionName = "--state";

    /// <summary>The paths of a ledger that is there. A mistyped state folder is wrong usage, and no alarm about a lost high-water mark.</summary>
    /// <param name="directory">The ledger's folder.</param>
    /// <param name="state">What was given; null for the folder beside the ledger.</param>
    /// <exception cref="UsageException">What was given is no folder, or lies inside the ledger's.</exception>
    public static LedgerPaths Require(string directory, string? state)
    {
        LedgerPaths paths = RequireOutside(directory, state);
        return state is null || Directory.Exists(paths.StateDirectory)
            ? paths
            : throw new UsageException($"{OptionName} {state}: no such folder; the ledger's state folder was expected.");
    }

    /// <summary>As <see cref="Require"/> where the folder may be yet to be made.</summary>
    /// <exception cref="UsageException">What was given is blank, is a file, or lies inside the ledger's folder.</exception>
    public static LedgerPaths RequireOutside(string directory, string? state)
    {
        if (state is not null && string.IsNullOrWhiteSpace(state))
        {
            throw new UsageException($"{OptionName} is empty; a folder is expected.");
        }

        if (File.Exists(state))
        {
            throw new UsageException($"{OptionName} {state}: expected a folder, got a file.");
        }

        try
        {
            return new LedgerOptions { Directory = directory, StateDirectory = state }.Validate();
        }
        catch (ArgumentException wrong)
        {
            throw new UsageException($"{OptionName} {state}: {wrong.Message.Split(" (Parameter", 2)[0]}");
        }
    }

    /// <summary>
    /// Checks that a ledger holds as many entries as the high-water mark says were signed, where a state folder was given. Reads one
    /// segment; that they are the ones that were signed is for verification to say.
    /// </summary>
    /// <exception cref="LedgerForkException">It is an older copy.</exception>
    /// <exception cref="LedgerCorruptException">It cannot be read as far, or the mark cannot.</exception>
    /// <exception cref="UsageException">What was given is no state folder.</exception>
    /// <exception cref="InputException">There is no mark in it.</exception>
    public static void RequireReached(string directory, string? state)
    {
        if (state is null)
        {
            return;
        }

        LedgerPaths paths = Require(directory, state);
        Checkpoint mark = SmallFiles.TryReadHighWater(paths, required: true, new LogKeys(paths, []))!;
        LedgerReader ledger = LedgerReader.Open(paths.Directory);
        if (mark.Size <= ledger.PrunedSize)
        {
            return;
        }

        using EntryCursor cursor = ledger.ReadFrom(mark.Size - 1);
        if (!cursor.MoveNext())
        {
            throw cursor.Problem is { } problem
                ? new LedgerCorruptException($"{paths.Directory}: {mark.Size} entries were signed, says {paths.HighWater}, but {problem}")
                : new LedgerForkException(
                    $"{paths.Directory}: the ledger holds fewer than the {mark.Size} entries that were signed, says {paths.HighWater}: it was rolled back");
        }
    }
}
