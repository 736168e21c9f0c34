using Floodwall.Cli.Bundles;
using Floodwall.Cli.Commands;
using Floodwall.Ledger;
using Floodwall.Pipeline;

namespace Floodwall.Cli.Running;

/// <summary>What is looked at before anything is made: a misspelt command line shall leave no ledger and no key behind.</summary>
internal static class RunChecks
{
    /// <exception cref="UsageException">The request cannot be carried out; the message says which part.</exception>
    public static LedgerPaths Require(RunRequest request)
    {
        LedgerPaths paths = RequireLedger(request.Ledger, request.State, request.AllowMissingHighWater);
        RecycleFolder.Require(paths, request.Recycle);
        if (request.Files.Where(file => file != "-").Concat(request.Facts).FirstOrDefault(file => !File.Exists(file)) is { } missing)
        {
            throw new UsageException(Directory.Exists(missing) ? $"{missing}: expected a file, got a folder." : $"{missing}: no such file.");
        }

        RequireRollback(request, paths);
        RequireName("--agent", request.Input.DefaultAgent);
        foreach (string resource in request.Allowed ?? [])
        {
            RequireName("--allow", resource);
        }

        if (request.Decisions is { } decisions and not "-")
        {
            RequireDestination(decisions, [.. request.Files, .. request.Facts], paths);
        }

        return paths;
    }

    /// <summary>The paths of a ledger to be written, new or not.</summary>
    /// <param name="directory">The ledger's folder.</param>
    /// <param name="state">Its state folder; null for the one beside it.</param>
    /// <param name="newState">Whether a ledger that is there may be given a new state folder.</param>
    /// <exception cref="UsageException">A name is blank or that of a file; the state folder of a ledger that is there is not.</exception>
    public static LedgerPaths RequireLedger(string directory, string? state, bool newState)
    {
        if (string.IsNullOrWhiteSpace(directory))
        {
            throw new UsageException("--ledger is empty; a folder is expected.");
        }

        if (File.Exists(directory))
        {
            throw new UsageException($"{directory}: expected a folder for the ledger, got a file.");
        }

        // A mistyped name must not become the second state folder of a ledger.
        return Directory.Exists(Path.Combine(directory, "segments")) && !newState
            ? StateFolder.Require(directory, state)
            : StateFolder.RequireOutside(directory, state);
    }

    private static void RequireRollback(RunRequest request, LedgerPaths paths)
    {
        if (request.Rollback is not { } address)
        {
            return;
        }

        RecordedText.RequireDigits(address, "--rollback ");
        if (!Directory.Exists(paths.Segments))
        {
            throw new UsageException($"{request.Ledger}: no ledger yet, so there is no gate that --rollback could go back to.");
        }

        // A whole address stands in for one that was shortened.
        if (request.RollbackReason is { } why && GateChangeEntry.Problem(PolicySnapshots.RollbackReason(default, why)) is not null)
        {
            throw new UsageException("--rollback-reason: expected text of 1 to 900 bytes without control characters.");
        }
    }

    private static void RequireName(string option, string name)
    {
        if (SymbolTable.Validate(name) is { } fault)
        {
            throw new UsageException($"{option}: {fault}");
        }
    }

    // It is emptied when the run begins.
    private static void RequireDestination(string decisions, IEnumerable<string> inputs, LedgerPaths paths)
    {
        string destination = RealPath(decisions);
        if (inputs.Any(input => input != "-" && RealPath(input) == destination))
        {
            throw new UsageException($"--decisions {decisions} is one of the inputs; it would be overwritten.");
        }

        if (new[] { paths.Directory, paths.StateDirectory }.Any(folder => destination.StartsWith(RealPath(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal)))
        {
            throw new UsageException($"--decisions {decisions} lies in the ledger's folder or its state folder; choose another place.");
        }
    }

    private static string RealPath(string path)
    {
        string full = Path.GetFullPath(path);
        string parent = Path.GetDirectoryName(full) is { } folder && Directory.Exists(folder)
            ? new DirectoryInfo(folder).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? folder
            : Path.GetDirectoryName(full) ?? "";
        string here = Path.Combine(parent, Path.GetFileName(full));
        return File.Exists(here) ? new FileInfo(here).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? here : here;
    }
}
