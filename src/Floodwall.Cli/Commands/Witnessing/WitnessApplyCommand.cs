using System.CommandLine;
using Floodwall.Cli.Formats;
using Floodwall.Crypto;
using Floodwall.Ledger;

namespace Floodwall.Cli.Commands.Witnessing;

/// <summary><c>floodwall witness apply</c>: takes cosignatures that came back.</summary>
internal static class WitnessApplyCommand
{
    public static Command Create()
    {
        Argument<string> directory = CommonOptions.LedgerDirectory();
        Argument<string> file = new("COSIGNATURES") { Description = "A file of signature lines: the body of a witness's answer." };
        Option<string> policy = WitnessCommand.Policy(required: true);
        Option<string?> state = CommonOptions.State(WitnessCommand.StateServes);
        Command command = new("apply", "Verify cosignatures and keep them with the ledger.") { directory, file, policy, state };
        command.SetAction(parsed => Run(
            StateFolder.Require(parsed.GetRequiredValue(directory), parsed.GetValue(state)),
            parsed.GetRequiredValue(file),
            Policies.Read(parsed.GetRequiredValue(policy)),
            parsed.InvocationConfiguration.Output));
        return command;
    }

    /// <summary>Applies lines, and says what the policy makes of the checkpoint they cosign.</summary>
    /// <exception cref="InputException">They are no signature lines; <paramref name="source"/> says where they came from.</exception>
    public static int Apply(WitnessStore store, ReadOnlySpan<byte> lines, string source, TextWriter output)
    {
        if (!SignedNote.TryParseSignatures(lines, out _, out string? error))
        {
            // Nobody signed this: bad input, and no alarm about what was signed.
            throw new InputException(new SourcePosition(source, 0), $"no cosignature lines: {error}");
        }

        if (store.Apply(lines) is not { } verdict)
        {
            output.WriteLine("NOT WITNESSED: no line is by a witness of the policy");
            return ExitCodes.NoTrustedKey;
        }

        output.WriteLine($"{(verdict.IsMet ? "witnessed" : "kept")}: {verdict.Message}");
        return ExitCodes.Good;
    }

    private static int Run(LedgerPaths paths, string file, TrustPolicy policy, TextWriter output)
    {
        byte[] lines = SmallFiles.Read(file, LedgerLimits.MaxNoteBytes, "a witness's answer");
        return Apply(new WitnessStore(paths, policy, Policies.LogKeys(paths, policy)), lines, file, output);
    }
}
