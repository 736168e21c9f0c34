using System.CommandLine;
using System.Globalization;
using Floodwall.Cli.Output;
using Floodwall.Crypto;
using Floodwall.Ledger;

namespace Floodwall.Cli.Commands;

/// <summary><c>floodwall verify</c>: checks a ledger from its files alone.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        Argument<string> directory = CommonOptions.LedgerDirectory();
        Option<string[]> keys = CommonOptions.TrustedKeys(
            "Without one the ledger is checked against the key it names itself, and the exit code is 4 at best.");
        Option<string?> pinned = new("--pinned")
        {
            HelpName = "CHECKPOINT",
            Description = "A checkpoint you kept, which the ledger must continue: exit code 3 where it was rolled back or rewritten.",
        };
        Option<string?> policy = new("--policy")
        {
            HelpName = "FILE",
            Description = "A trust policy (C2SP tlog-policy): its logs are trusted keys, and its quorum of witnesses must have cosigned "
                + "a checkpoint that the ledger continues, or the exit code is 4.",
        };
        Option<string?> state = CommonOptions.State(
            "The ledger's state folder, whose high-water mark the ledger must reach: exit code 3 where it does not. "
            + "DIR.state beside the ledger when absent; not needed where it is not at hand.");
        Option<int?> threads = CommonOptions.Threads();
        Option<bool> json = CommonOptions.Json();
        Command command = new(
            "verify",
            "Check every entry, the hash chain, the Merkle tree and the checkpoint's signature. Reads the ledger's folder only.")
        {
            directory, keys, pinned, policy, state, threads, json,
        };
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(directory),
            Keys.Trusted(parsed.GetValue(keys) ?? []),
            parsed.GetValue(pinned),
            parsed.GetValue(policy) is { } file ? Policies.Read(file) : null,
            parsed.GetValue(state),
            parsed.GetValue(threads) ?? 0,
            parsed.GetValue(json),
            parsed.InvocationConfiguration.Output,
            parsed.InvocationConfiguration.Error));
        return command;
    }

    /// <summary>The exit code for a report.</summary>
    public static int CodeOf(VerificationStatus status) => status switch
    {
        VerificationStatus.Good => ExitCodes.Good,
        VerificationStatus.IntegrityFailure => ExitCodes.IntegrityFailure,
        VerificationStatus.RollbackOrFork => ExitCodes.ForkOrRollback,
        VerificationStatus.NoTrustedKey => ExitCodes.NoTrustedKey,
        _ => ExitCodes.UsageOrIo,
    };

    /// <summary>One line about a report, the same wherever the tool verifies.</summary>
    public static string Describe(VerificationReport report) => report.Status switch
    {
        VerificationStatus.Good => string.Create(
            CultureInfo.InvariantCulture,
            $"verified: {report.SignedSize:N0} entries, root {report.Root?.ToBase64()}, signed by {string.Join(", ", report.KeyNames)}"),
        VerificationStatus.NoTrustedKey => $"NOT TRUSTED: {report.Message}",
        VerificationStatus.Unreadable => $"UNREADABLE: {report.Message}",
        VerificationStatus.RollbackOrFork => $"ROLLBACK OR FORK: {report.Message}",
        _ => $"FAILED: {report.Message}",
    };

    private static int Run(
        string directory,
        IReadOnlyList<VerifierKey> trusted,
        string? pinnedFile,
        TrustPolicy? policy,
        string? state,
        int threads,
        bool json,
        TextWriter output,
        TextWriter error)
    {
        PolicyVerdict? verdict = null;
        if (policy is not null)
        {
            trusted = [.. trusted, .. policy.Logs.Select(log => log.Key)];

            // Before the ledger is read, so that what is cosigned is in it by then, also while a writer is at work.
            verdict = WitnessStore.Judge(directory, policy, trusted);
        }

        LogKeys keys = new(new LedgerPaths(directory), trusted);
        Checkpoint? pinned = pinnedFile is null ? null : SmallFiles.ReadCheckpoint(pinnedFile, keys);
        CheckingProgress progress = new(error);
        VerificationReport report = LedgerVerifier.Verify(directory, trusted, new VerifyOptions
        {
            Pinned = [.. Pins(directory, state, keys, pinned, verdict)],
            Threads = threads,
            Progress = progress.Report,
        });
        progress.Clear();
        if (pinned is not null && report.Origin is { } origin && origin != pinned.Origin)
        {
            throw new UsageException($"{pinnedFile} is a checkpoint of '{pinned.Origin}'; the ledger is '{origin}'.");
        }

        if (json)
        {
            PrintJson(report, verdict, output);
        }
        else
        {
            Print(report, verdict, output);
        }

        return CodeOf(report, verdict);
    }

    private static int CodeOf(VerificationReport report, PolicyVerdict? verdict) =>
        report.Status == VerificationStatus.Good && verdict is not null ? Policies.CodeOf(verdict) : CodeOf(report.Status);

    // What the ledger must continue: the caller's checkpoint, the one that witnesses cosigned, and the high-water mark.
    private static IEnumerable<TreeHead> Pins(
        string directory, string? state, LogKeys keys, Checkpoint? pinned, PolicyVerdict? verdict)
    {
        if (pinned is not null)
        {
            yield return new TreeHead(pinned.Size, pinned.Root);
        }

        if (verdict is { IsMet: true, Checkpoint: { } cosigned })
        {
            yield return new TreeHead(cosigned.Size, cosigned.Root);
        }

        if (SmallFiles.TryReadHighWater(StateFolder.Require(directory, state), required: state is not null, keys) is { } mark)
        {
            yield return new TreeHead(mark.Size, mark.Root);
        }
    }

    private static void Print(VerificationReport report, PolicyVerdict? verdict, TextWriter output)
    {
        output.WriteLine(Describe(report));
        if (verdict is not null)
        {
            output.WriteLine(Policies.Describe(verdict));
        }

        if (report.FirstBadEntry is { } bad)
        {
            string range = report.LastBadEntry is { } last && last != bad ? $" to {last}" : "";
            output.WriteLine($"first bad entry: {bad}{range}");
        }

        if (report.PrunedSize > 0)
        {
            output.WriteLine($"entries 0 to {report.PrunedSize - 1} pruned, vouched for by the frontier");
        }

        if (report.KeyInForce is { } key && key != report.DeclaredKey)
        {
            output.WriteLine($"key in force: {key}, handed over to since {report.DeclaredKey}");
        }

        if (report.AppendedSize > report.SignedSize)
        {
            output.WriteLine($"unsigned: {report.AppendedSize - report.SignedSize} entries after the checkpoint");
        }

        if (report.UnsignedTail is { } tail)
        {
            output.WriteLine($"unsigned tail: {tail}");
        }

        if (report.Status == VerificationStatus.NoTrustedKey && report.DeclaredKey is { } declared)
        {
            output.WriteLine($"the ledger names this key itself; only you can know whether to trust it: {declared}");
        }
    }

    private static void PrintJson(VerificationReport report, PolicyVerdict? verdict, TextWriter output) => JsonResult.WriteLine(output, JsonResult.Indented, json =>
    {
        json.WriteString("status", report.Status switch
        {
            VerificationStatus.Good => "good",
            VerificationStatus.IntegrityFailure => "integrity-failure",
            VerificationStatus.RollbackOrFork => "rollback-or-fork",
            VerificationStatus.NoTrustedKey => "no-trusted-key",
            _ => "unreadable",
        });
        json.WriteNumber("exit_code", CodeOf(report, verdict));
        json.WriteString("message", report.Message);
        json.WriteNumber("signed", report.SignedSize);
        json.WriteNumber("appended", report.AppendedSize);
        json.WriteNumber("pruned", report.PrunedSize);
        WriteOptional("root", report.Root?.ToBase64());
        WriteOptional("origin", report.Origin);
        WriteOptional("declared_key", report.DeclaredKey);
        WriteOptional("key_in_force", report.KeyInForce);
        WriteOptional("unsigned_tail", report.UnsignedTail);
        json.WriteStartArray("signed_by");
        foreach (string name in report.KeyNames)
        {
            json.WriteStringValue(name);
        }

        json.WriteEndArray();
        if (verdict is not null)
        {
            Policies.WriteJson(json, verdict);
        }

        if (report.FirstBadEntry is { } first)
        {
            json.WriteNumber("first_bad_entry", first);
            json.WriteNumber("last_bad_entry", report.LastBadEntry ?? first);
        }

        void WriteOptional(string name, string? value)
        {
            if (value is not null)
            {
                json.WriteString(name, value);
            }
        }
    });
}
