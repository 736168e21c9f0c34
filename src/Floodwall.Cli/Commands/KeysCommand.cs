using System.CommandLine;
using Floodwall.Crypto;
using Floodwall.Ledger;

namespace Floodwall.Cli.Commands;

/// <summary><c>floodwall keys</c>: what concerns a ledger's keys.</summary>
internal static class KeysCommand
{
    public static Command Create() => new("keys", "Tend the keys of a ledger.") { Rotate() };

    private static Command Rotate()
    {
        Argument<string> directory = CommonOptions.LedgerDirectory();
        Option<string> newKey = new("--new-key")
        {
            HelpName = "FILE",
            Required = true,
            Description = "The private key to come (see keygen); its name must be the ledger's origin.",
        };
        Option<string?> oldKey = CommonOptions.Key(
            "--key", "The private key in force. When absent: the key in the state folder, which the new one then takes the place of.");
        Option<string?> state = CommonOptions.State();
        Option<bool> missingHighWater = CommonOptions.AllowMissingHighWater();
        Command command = new(
            "rotate",
            "Hand the ledger over to another key: both sign an entry that says so, and from then on the new one signs the checkpoints. "
            + "Whoever trusts the old key is led to the new one.")
        {
            directory, newKey, oldKey, state, missingHighWater,
        };
        command.SetAction(parsed => Run(
            StateFolder.Require(parsed.GetRequiredValue(directory), parsed.GetValue(state)),
            parsed.GetRequiredValue(newKey),
            parsed.GetValue(oldKey),
            parsed.GetValue(missingHighWater),
            parsed.InvocationConfiguration.Output,
            parsed.InvocationConfiguration.Error));
        return command;
    }

    private static int Run(
        LedgerPaths paths, string newKeyFile, string? oldKeyFile, bool missingHighWater, TextWriter output, TextWriter error)
    {
        LedgerOptions options = new()
        {
            Directory = paths.Directory,
            StateDirectory = paths.StateDirectory,
            AllowMissingHighWater = missingHighWater,
        };
        StateKeys state = new(paths);
        string? note = null;
        using Ed25519Signer current = oldKeyFile is null ? state.Load(out note) : KeyFile.Load(oldKeyFile);
        using Ed25519Signer next = KeyFile.Load(newKeyFile);
        if (note is not null)
        {
            error.WriteLine($"floodwall: {note}");
        }

        if (next.Name != current.Name)
        {
            throw new UsageException($"{newKeyFile}: the key is named '{next.Name}'; '{current.Name}', the ledger's origin, is expected.");
        }

        if (next.KeyId == current.KeyId)
        {
            if (oldKeyFile is null && File.Exists(paths.NextPrivateKey))
            {
                // The very rotation that is asked for, begun before.
                state.Complete(options, current);
                output.WriteLine($"rotated: the rotation that was begun before is complete; the key in force is {current.VerifierKey}");
                return ExitCodes.Good;
            }

            throw new UsageException($"{newKeyFile}: this is the key in force.");
        }

        ulong index = oldKeyFile is null ? state.Rotate(options, current, next) : KeyRotation.Rotate(options, current, next);
        output.WriteLine($"rotated: entry {index} hands the ledger over");
        output.WriteLine($"from  {current.VerifierKey}");
        output.WriteLine($"to    {next.VerifierKey}");
        if (oldKeyFile is null)
        {
            output.WriteLine($"{paths.PrivateKey} now holds the new key; the old one is {state.RetiredPath(current)}");
        }
        else
        {
            state.Settle(next.VerifierKey);
        }

        output.WriteLine("Witnesses that know the ledger by its vkey need the new one too: floodwall witness serve --log, see docs/keys.md.");

        return ExitCodes.Good;
    }
}
