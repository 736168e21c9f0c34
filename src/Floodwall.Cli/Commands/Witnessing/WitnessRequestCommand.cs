using System.CommandLine;
using System.Text;
using Floodwall.Crypto;
using Floodwall.Ledger;

namespace Floodwall.Cli.Commands.Witnessing;

/// <summary><c>floodwall witness request</c>: what is sent to a witness, to a file or over the network.</summary>
internal static class WitnessRequestCommand
{
    public static Command Create()
    {
        Argument<string> directory = CommonOptions.LedgerDirectory();
        Option<ulong?> oldSize = CommonOptions.Number<ulong>("--old-size", "The size that the witness cosigned last; 0 when absent: it will tell.", 0, ulong.MaxValue);
        Option<string?> file = new("--out") { HelpName = "FILE", Description = "Where the request's body goes; standard output when neither --out nor --policy is given." };
        Option<string?> url = new("--url") { HelpName = "URL", Description = "The submission prefix of a witness to send it to, and take the answer from." };
        Option<string?> policy = new("--policy")
        {
            HelpName = "FILE",
            Description = "The trust policy that answers are judged by. Without --url and --out, every witness in it that has a URL is asked.",
        };
        Option<string?> state = CommonOptions.State(WitnessCommand.StateServes);
        Command command = new("request", "Write or send the add-checkpoint request for a ledger's checkpoint (C2SP tlog-witness).")
        {
            directory, oldSize, file, url, policy, state,
        };
        command.SetAction((parsed, cancellation) => RunAsync(
            StateFolder.Require(parsed.GetRequiredValue(directory), parsed.GetValue(state)),
            parsed.GetValue(oldSize) ?? 0,
            parsed.GetValue(file),
            parsed.GetValue(url),
            parsed.GetValue(policy),
            parsed.InvocationConfiguration.Output,
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(
        LedgerPaths paths, ulong oldSize, string? file, string? url, string? policyFile, TextWriter output, CancellationToken cancellation)
    {
        if (url is not null && policyFile is null)
        {
            throw new UsageException("--url needs --policy FILE: an answer can only be judged by the keys of a policy.");
        }

        TrustPolicy? policy = policyFile is null ? null : Policies.Read(policyFile);
        if (url is not null || (policy is not null && file is null))
        {
            return url is null
                ? AskAll(paths, policy!, output, cancellation)
                : await AskOneAsync(paths, policy!, url, oldSize, output, cancellation).ConfigureAwait(false);
        }

        WitnessRequestBuilder builder = new(paths, policy);
        if (oldSize > builder.Size)
        {
            throw new LedgerForkException(
                $"--old-size {oldSize}: the ledger's checkpoint covers {builder.Size} entries; a witness that cosigned more tells of a rollback.");
        }

        byte[] body = builder.Build(oldSize).ToBytes();
        if (file is null)
        {
            await output.WriteAsync(Encoding.UTF8.GetString(body)).ConfigureAwait(false);
        }
        else
        {
            SmallFiles.Write(file, body);
        }

        return ExitCodes.Good;
    }

    private static async Task<int> AskOneAsync(
        LedgerPaths paths, TrustPolicy policy, string url, ulong oldSize, TextWriter output, CancellationToken cancellation)
    {
        using HttpWitnessTransport transport = Transport(url);
        WitnessRequestBuilder request = new(paths, policy);
        WitnessReply reply = await new WitnessClient(transport, Math.Min(oldSize, request.Size))
            .AskAsync(request.Note, request.Size, request.Proof, cancellation).ConfigureAwait(false);
        if (reply.Outcome != WitnessOutcome.Answered)
        {
            await output.WriteLineAsync($"{url}: {reply.Message}").ConfigureAwait(false);
            return CodeOf(reply.Outcome);
        }

        return WitnessApplyCommand.Apply(new WitnessStore(paths, policy, request.LogKeys), reply.Lines.Span, url, output);
    }

    private static int AskAll(LedgerPaths paths, TrustPolicy policy, TextWriter output, CancellationToken cancellation)
    {
        using QuorumWitness witnesses = Witnesses(paths, policy);
        WitnessRequestBuilder request = new(paths, policy);
        bool met = witnesses.Witness(request.Note, cancellation);
        foreach ((PolicyWitness witness, WitnessReply reply) in witnesses.Replies)
        {
            output.WriteLine($"{witness.Name}: {(reply.Outcome == WitnessOutcome.Answered ? "cosigned" : reply.Message)}");
        }

        output.WriteLine(met ? $"witnessed: {request.Size} entries" : $"NOT WITNESSED: the quorum is {policy.Quorum}");
        WitnessOutcome worst = witnesses.Replies.Values.Select(reply => reply.Outcome).DefaultIfEmpty().Max();

        // A witness that saw another history outweighs a quorum that did not.
        return worst >= WitnessOutcome.Rollback ? ExitCodes.ForkOrRollback : met ? ExitCodes.Good : ExitCodes.NoTrustedKey;
    }

    private static int CodeOf(WitnessOutcome outcome) => outcome switch
    {
        WitnessOutcome.Rollback or WitnessOutcome.Fork => ExitCodes.ForkOrRollback,
        WitnessOutcome.NotTrusted => ExitCodes.NoTrustedKey,
        _ => ExitCodes.UsageOrIo,
    };

    private static HttpWitnessTransport Transport(string url)
    {
        try
        {
            return new HttpWitnessTransport(url);
        }
        catch (ArgumentException wrong)
        {
            throw new UsageException($"--url: {wrong.Message.Split(" (Parameter", 2)[0]}");
        }
    }

    private static QuorumWitness Witnesses(LedgerPaths paths, TrustPolicy policy)
    {
        try
        {
            return new QuorumWitness(paths, policy);
        }
        catch (ArgumentException wrong)
        {
            throw new UsageException($"--policy: {wrong.Message.Split(" (Parameter", 2)[0]}");
        }
    }
}
