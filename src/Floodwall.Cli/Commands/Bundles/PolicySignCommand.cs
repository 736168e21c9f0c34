using System.CommandLine;
using Floodwall.Cli.Bundles;
using Floodwall.Cli.Output;
using Floodwall.Crypto;
using Floodwall.Ledger;
using Floodwall.Policy;

namespace Floodwall.Cli.Commands.Bundles;

/// <summary><c>floodwall policy sign</c>: a bundle as a signed note.</summary>
internal static class PolicySignCommand
{
    private static readonly BundleTrust Unsigned = new(RequireSigned: false, []);

    public static Command Create()
    {
        Argument<string> bundle = new("BUNDLE") { Description = "The bundle: a file, or a folder whose *.yaml and *.yml files are one. It has to state metadata.name and metadata.revision." };
        Option<string[]> keys = new("--key")
        {
            HelpName = "FILE",
            Required = true,
            Description = "A private key (see keygen); may be given several times, for several signatures.",
            AllowMultipleArgumentsPerToken = false,
        };
        Option<string> to = new("--out", "-o") { HelpName = "FILE", Required = true, Description = "Where the signed bundle goes; a file that is there is replaced as a whole." };
        Option<bool> json = CommonOptions.Json();
        Command command = new(
            "sign",
            "Sign a policy bundle: its name, revision, content address and canonical form as a signed note (docs/policies.md). Warnings do not hinder it, "
            + "errors do. Prints what was signed, and the vkeys that --policy-key takes.")
        {
            bundle, keys, to, json,
        };
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(bundle),
            parsed.GetRequiredValue(keys),
            parsed.GetRequiredValue(to),
            parsed.GetValue(json),
            parsed.InvocationConfiguration.Output,
            parsed.InvocationConfiguration.Error));
        return command;
    }

    private static int Run(string path, string[] keyFiles, string to, bool json, TextWriter output, TextWriter error)
    {
        RequireDestination(path, keyFiles, to);
        if (BundleFile.Read(path, Unsigned, RecordedBundles.None).Signature is not null)
        {
            throw new UsageException($"{path}: this bundle is signed already; sign what it was made from, with every --key that shall sign.");
        }

        PolicyBundle bundle = BundleFile.Require(path, Unsigned, warning => error.WriteLine($"floodwall: {warning}"));
        if (bundle.Metadata.Name is null || bundle.Metadata.Revision == 0)
        {
            throw new UsageException($"{path}: a bundle is signed under metadata.name and metadata.revision; {(bundle.Metadata.Name is null ? "a name" : "a revision")} is missing.");
        }

        List<Ed25519Signer> signers = [];
        try
        {
            signers.AddRange(keyFiles.Select(KeyFile.Load));
            if (signers.Select(signer => signer.VerifierKey.ToString()).Distinct(StringComparer.Ordinal).Count() != signers.Count)
            {
                throw new UsageException("--key names the same key twice; one signature of a key is enough.");
            }

            byte[] note = Sign(path, bundle, signers);
            SmallFiles.Write(to, note);
            Print(bundle, [.. signers.Select(signer => signer.VerifierKey)], to, json, output);
            return ExitCodes.Good;
        }
        finally
        {
            signers.ForEach(signer => signer.Dispose());
        }
    }

    // What is written has been read back: nobody shall find out at loading time that it is not what was meant.
    private static byte[] Sign(string path, PolicyBundle bundle, List<Ed25519Signer> signers)
    {
        byte[] note;
        try
        {
            note = SignedBundle.Sign(bundle, signers);
        }
        catch (ArgumentException exception)
        {
            throw new UsageException($"{path}: {exception.Message.Split(" (Parameter", 2)[0]}.");
        }

        SignedBundleResult opened = SignedBundle.Open(note, [.. signers.Select(signer => signer.VerifierKey)], lastRevision: 0);
        return opened.IsGood && opened.VerifiedBy.Count == signers.Count
            ? note
            : throw new InvalidDataException($"{path}: what was signed does not open again: {opened.Error ?? "a signature is missing"}");
    }

    private static void RequireDestination(string path, string[] keyFiles, string to)
    {
        string destination = Path.GetFullPath(to);
        if (keyFiles.Append(path).FirstOrDefault(input => Path.GetFullPath(input) == destination) is { } input)
        {
            throw new UsageException($"--out {to} is {(input == path ? "the bundle itself" : "a key file")}; it would be overwritten.");
        }

        if (Directory.Exists(path) && Path.GetDirectoryName(destination) == Path.TrimEndingDirectorySeparator(Path.GetFullPath(path))
            && Path.GetExtension(destination) is ".yaml" or ".yml")
        {
            throw new UsageException($"--out {to} would become one of the bundle's own files; choose another name or folder.");
        }
    }

    private static void Print(PolicyBundle bundle, IReadOnlyList<VerifierKey> keys, string to, bool json, TextWriter output)
    {
        if (json)
        {
            JsonResult.WriteLine(output, JsonResult.Indented, writer =>
            {
                BundleJson.WriteIdentity(writer, bundle);
                writer.WriteString("file", to);
                writer.WriteStartArray("signed_by");
                foreach (VerifierKey key in keys)
                {
                    writer.WriteStringValue(key.ToString());
                }

                writer.WriteEndArray();
            });
            return;
        }

        output.WriteLine(Printable.Text($"signed {BundleFile.Describe(bundle)}: {to}"));
        foreach (VerifierKey key in keys)
        {
            output.WriteLine($"vkey   {key}");
        }
    }
}
