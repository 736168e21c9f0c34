using System.CommandLine;
using System.Globalization;
using System.Text;
using Floodwall.Crypto;
using Floodwall.Ledger;

namespace Floodwall.Cli.Commands;

/// <summary><c>floodwall consistency</c>: proves that a ledger continues a checkpoint that somebody kept.</summary>
internal static class ConsistencyCommand
{
    public static Command Create()
    {
        Argument<string> directory = CommonOptions.LedgerDirectory();
        Option<string> from = new("--from") { HelpName = "CHECKPOINT", Required = true, Description = "The earlier checkpoint, a signed note." };
        Option<string[]> keys = CommonOptions.TrustedKeys(CommonOptions.DeclaredKeyServes);
        Option<string?> state = CommonOptions.StateToReach();
        Command command = new(
            "consistency",
            "Prove that the ledger's checkpoint continues an earlier one: prints 'old SIZE', the hashes, an empty line and the checkpoint.")
        {
            directory, from, keys, state,
        };
        command.SetAction(parsed =>
        {
            StateFolder.RequireReached(parsed.GetRequiredValue(directory), parsed.GetValue(state));
            return Run(
                parsed.GetRequiredValue(directory),
                parsed.GetRequiredValue(from),
                Keys.Trusted(parsed.GetValue(keys) ?? []),
                parsed.InvocationConfiguration.Output);
        });
        return command;
    }

    private static int Run(string directory, string from, IReadOnlyList<VerifierKey> trusted, TextWriter output)
    {
        LedgerProver ledger = LedgerProver.Open(directory, trusted);
        Checkpoint earlier = SmallFiles.ReadCheckpoint(
            from, new LogKeys(new LedgerPaths(directory), trusted.Count == 0 ? [ledger.Genesis.Key] : trusted));
        if (earlier.Origin != ledger.Genesis.Origin)
        {
            throw new UsageException($"{from} is a checkpoint of '{earlier.Origin}'; the ledger is '{ledger.Genesis.Origin}'.");
        }

        TreeHead head = ledger.Head;
        if (earlier.Size > head.Size)
        {
            throw new LedgerForkException(
                $"the ledger's checkpoint covers {head.Size} entries, but {from} covers {earlier.Size}: it was rolled back");
        }

        // Every tree continues the empty one, and there is no proof of that to give.
        (Hash256 root, Hash256[] proof) = ledger.Read(tree => (
            MerkleProof.Root(earlier.Size, tree),
            earlier.Size == 0 ? [] : MerkleProof.Consistency(earlier.Size, head.Size, tree)));
        bool proven = earlier.Size == 0
            ? root == earlier.Root
            : MerkleProof.VerifyConsistency(earlier.Size, head.Size, proof, earlier.Root, head.Root);
        if (!proven)
        {
            throw new LedgerForkException(
                $"the ledger's root over {earlier.Size} entries is {root.ToBase64()}, but {from} states {earlier.Root.ToBase64()}: it is another history");
        }

        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"old {earlier.Size}\n");
        foreach (Hash256 hash in proof)
        {
            text.Append(hash.ToBase64()).Append('\n');
        }

        output.Write(text.Append('\n').Append(Encoding.UTF8.GetString(ledger.Note.Span)));
        return ExitCodes.Good;
    }
}
