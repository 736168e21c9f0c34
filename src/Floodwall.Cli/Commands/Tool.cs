using System.CommandLine;
using System.CommandLine.Parsing;
using Floodwall.Cli.Commands.Bundles;
using Floodwall.Cli.Commands.Witnessing;
using Floodwall.Cli.Formats;
using Floodwall.Ledger;
using Floodwall.Pipeline;

namespace Floodwall.Cli.Commands;

/// <summary>The command line: parses, runs one command, and turns whatever goes wrong into one line and an exit code.</summary>
internal static class Tool
{
    private const string About = """
        The barrier between fleets of agents and production.

        Agents submit changes as intents; the wall limits their rate, orders them, judges them by policy, and records every
        decision in a signed ledger that anyone can verify offline.

        Exit codes: 0 good, 1 integrity failure or failed policy test, 2 usage, input or file trouble, 3 fork or rollback, 4 no trusted key or too few witnesses.
        """;

    /// <summary>Runs one command line.</summary>
    /// <param name="args">The arguments, without the program's name.</param>
    /// <param name="output">What was asked for goes here.</param>
    /// <param name="error">Messages and progress go here.</param>
    /// <param name="cancellation">Ends commands that run until they are told to stop, as Ctrl-C does.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error, CancellationToken cancellation = default)
    {
        RootCommand root = new(About)
        {
            DemoCommand.Create(),
            RunCommand.Create(),
            VerifyCommand.Create(),
            DumpCommand.Create(),
            ReplayCommand.Create(),
            PolicyCommand.Create(),
            KeygenCommand.Create(),
            KeysCommand.Create(),
            FsckCommand.Create(),
            RepairCommand.Create(),
            PruneCommand.Create(),
            CheckpointCommand.Create(),
            ProveCommand.Create(),
            VerifyProofCommand.Create(),
            ConsistencyCommand.Create(),
            ExportCommand.Create(),
            WitnessCommand.Create(),
        };

        // No response files: an argument that begins with @ is the command's own, as in --vkey @FILE.
        ParseResult parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count != 0)
        {
            foreach (var problem in parsed.Errors)
            {
                await error.WriteLineAsync($"floodwall: {problem.Message}").ConfigureAwait(false);
            }

            await error.WriteAsync(CommandHelp.Commands(parsed.CommandResult)).ConfigureAwait(false);
            await error.WriteLineAsync($"Try 'floodwall {PathOf(parsed.CommandResult)}--help'.").ConfigureAwait(false);
            return ExitCodes.UsageOrIo;
        }

        CommandHelp.Shorten(parsed.CommandResult.Command);
        try
        {
            InvocationConfiguration configuration = new()
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
                Output = output,
                Error = error,
            };
            return await parsed.InvokeAsync(configuration, cancellation).ConfigureAwait(false);
        }
        catch (Exception exception) when (Explain(exception) is not null)
        {
            (int code, string message) = Explain(exception)!.Value;
            await error.WriteLineAsync($"floodwall: {message}").ConfigureAwait(false);
            return code;
        }
    }

    /// <summary>The commands that lead to this one, the root left out, with a space behind each.</summary>
    private static string PathOf(CommandResult result) =>
        result.Parent is CommandResult parent ? PathOf(parent) + result.Command.Name + " " : "";

    /// <summary>What a foreseen failure means to the caller; null for a bug, which shall show its stack.</summary>
    private static (int Code, string Message)? Explain(Exception exception) => exception switch
    {
        InputException => (ExitCodes.UsageOrIo, exception.Message),
        LedgerCorruptException or CosignatureException => (ExitCodes.IntegrityFailure, exception.Message),
        LedgerForkException => (ExitCodes.ForkOrRollback, exception.Message),
        LedgerKeyException => (ExitCodes.NoTrustedKey, exception.Message),
        LedgerException or IOException or UnauthorizedAccessException or InvalidDataException or SymbolTableFullException
            or AttributeTableFullException or FactTableFullException =>
            (ExitCodes.UsageOrIo, exception.Message),
        UsageException => (ExitCodes.UsageOrIo, exception.Message),
        OperationCanceledException => (ExitCodes.UsageOrIo, "interrupted"),
        _ => null,
    };
}

/// <summary>The command line asks for something that cannot be done; the message is all the caller needs.</summary>
internal sealed class UsageException(string message) : Exception(message);
