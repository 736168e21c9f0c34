using System.CommandLine;
using System.Globalization;
using Floodwall.Cli.Formats;
using Floodwall.Cli.Output;
using Floodwall.Crypto;

namespace Floodwall.Cli.Commands;

/// <summary><c>floodwall verify-proof</c>: checks a tlog-proof against an entry's bytes and trusted keys, without the ledger.</summary>
internal static class VerifyProofCommand
{
    /// <summary>The longest entry that a tlog-tiles entry bundle can hold.</summary>
    private const int MaxEntryBytes = ushort.MaxValue;

    public static Command Create()
    {
        Argument<string> proof = new("FILE") { Description = "The proof, a C2SP tlog-proof file." };
        Option<string> entry = new("--entry") { HelpName = "FILE", Required = true, Description = "The entry's bytes, as 'export entry' writes them." };
        Option<string[]> keys = CommonOptions.TrustedKeys("Without one the exit code is 4 at best.");
        Option<bool> json = CommonOptions.Json();
        Command command = new("verify-proof", "Check that an entry was logged: its bytes, its proof and the keys you trust are all that is needed.")
        {
            proof, entry, keys, json,
        };
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(proof),
            parsed.GetRequiredValue(entry),
            Keys.Trusted(parsed.GetValue(keys) ?? []),
            parsed.GetValue(json),
            parsed.InvocationConfiguration.Output));
        return command;
    }

    private static int Run(string proofFile, string entryFile, IReadOnlyList<VerifierKey> trusted, bool json, TextWriter output)
    {
        byte[] bytes = SmallFiles.Read(proofFile, TlogProof.MaxBytes, "a proof");
        if (!TlogProof.TryParse(bytes, out TlogProof? proof, out TlogProofError? error))
        {
            throw new InputException(new SourcePosition(proofFile, error.Line), error.Problem);
        }

        TlogProofVerification result = proof.Verify(SmallFiles.Read(entryFile, MaxEntryBytes, "an entry"), trusted);
        int code = result.Status switch
        {
            TlogProofStatus.Good => ExitCodes.Good,
            TlogProofStatus.NoKnownKey => ExitCodes.NoTrustedKey,
            _ => ExitCodes.IntegrityFailure,
        };
        string signers = string.Join(", ", result.VerifiedBy.Select(key => key.Name));
        if (json)
        {
            JsonResult.WriteLine(output, JsonResult.Indented, writer =>
            {
                writer.WriteString("status", result.Status switch
                {
                    TlogProofStatus.Good => "good",
                    TlogProofStatus.NoKnownKey => "no-trusted-key",
                    TlogProofStatus.BadSignature => "bad-signature",
                    _ => "not-included",
                });
                writer.WriteNumber("exit_code", code);
                writer.WriteString("message", result.Message);
                writer.WriteString("origin", proof.Checkpoint.Origin);
                writer.WriteNumber("index", proof.Index);
                writer.WriteNumber("size", proof.Checkpoint.Size);
                writer.WriteString("root", proof.Checkpoint.Root.ToBase64());
                writer.WriteString("signed_by", signers);
            });
        }
        else
        {
            output.WriteLine(result.Status switch
            {
                TlogProofStatus.Good => string.Create(
                    CultureInfo.InvariantCulture,
                    $"verified: entry {proof.Index:N0} of {proof.Checkpoint.Size:N0}, root {proof.Checkpoint.Root.ToBase64()}, signed by {signers}"),
                TlogProofStatus.NoKnownKey => $"NOT TRUSTED: {result.Message}",
                _ => $"FAILED: {result.Message}",
            });
        }

        return code;
    }
}
