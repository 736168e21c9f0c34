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
        Option<int?> threads = CommonOptions.Threads();
        Option<bool> json = CommonOptions.Json();
        Command command = new(
            "verify",
            "Check every entry, the hash chain, the Merkle tree and the checkpoint's signature. Reads the ledger's folder only.")
        {
            directory, keys, pinned, threads, json,
        };
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(directory),
            Keys.Trusted(parsed.GetValue(keys) ?? []),
            parsed.GetValue(pinned),
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
        int threads,
        bool json,
        TextWriter output,
        TextWriter error)
    {
        Checkpoint? pinned = pinnedFile is null ? null : SmallFiles.ReadCheckpoint(pinnedFile, trusted);
        CheckingProgress progress = new(error);
        VerificationReport report = LedgerVerifier.Verify(directory, trusted, new VerifyOptions
        {
            Pinned = pinned is null ? null : new TreeHead(pinned.Size, pinned.Root),
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
            PrintJson(report, output);
        }
        else
        {
            Print(report, output);
        }

        return CodeOf(report.Status);
    }

    private static void Print(VerificationReport report, TextWriter output)
    {
        output.WriteLine(Describe(report));
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

    private static void PrintJson(VerificationReport report, TextWriter output) => JsonResult.WriteLine(output, JsonResult.Indented, json =>
    {
        json.WriteString("status", report.Status switch
        {
            VerificationStatus.Good => "good",
            VerificationStatus.IntegrityFailure => "integrity-failure",
            VerificationStatus.RollbackOrFork => "rollback-or-fork",
            VerificationStatus.NoTrustedKey => "no-trusted-key",
            _ => "unreadable",
        });
        json.WriteNumber("exit_code", CodeOf(report.Status));
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
