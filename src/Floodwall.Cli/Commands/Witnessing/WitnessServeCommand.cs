using System.CommandLine;
using System.Net;
using Floodwall.Cli.Running;
using Floodwall.Cli.Witnessing;
using Floodwall.Crypto;
using Floodwall.Ledger;

namespace Floodwall.Cli.Commands.Witnessing;

/// <summary><c>floodwall witness serve</c>: a small witness.</summary>
internal static class WitnessServeCommand
{
    public static Command Create()
    {
        Option<string> key = new("--key") { HelpName = "FILE", Required = true, Description = "The witness's private key, of 'witness keygen'." };
        Option<string[]> logs = new("--log")
        {
            HelpName = "VKEY|@FILE",
            Required = true,
            AllowMultipleArgumentsPerToken = true,
            Description = "The key of a log to serve (name+hash+base64), or a file of them, one a line. Its name is the log's origin; "
                + "several keys of one name are keys of one log, as around a rotation.",
        };
        Option<string> state = new("--state")
        {
            HelpName = "DIR",
            Required = true,
            Description = "The folder that keeps what was cosigned last. To lose it is to forget.",
        };
        Option<string> listen = new("--listen")
        {
            HelpName = "ADDRESS:PORT",
            DefaultValueFactory = _ => "127.0.0.1:7380",
            Description = "Where to listen; port 0 lets the system choose. There is no TLS: put a proxy in front of anything but loopback.",
        };
        Command command = new(
            "serve",
            "Cosign the checkpoints of logs, each only where it is proven to continue the one before (C2SP tlog-witness). Until Ctrl-C.")
        {
            key, logs, state, listen,
        };
        command.SetAction((parsed, cancellation) => RunAsync(
            parsed.GetRequiredValue(key),
            Keys.Trusted(parsed.GetRequiredValue(logs), "--log"),
            parsed.GetRequiredValue(state),
            ParseEndpoint(parsed.GetRequiredValue(listen)),
            parsed.InvocationConfiguration.Output,
            parsed.InvocationConfiguration.Error,
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(
        string keyFile, IReadOnlyList<VerifierKey> logs, string state, IPEndPoint endpoint, TextWriter output, TextWriter error, CancellationToken cancellation)
    {
        using Interruption interruption = new();
        using Ed25519Signer key = KeyFile.LoadWitness(keyFile);
        if (logs.FirstOrDefault(log => log.PublicKey.Span.SequenceEqual(key.PublicKey.Span)) is { } own)
        {
            throw new UsageException($"--key {keyFile}: this key signs the log {own.Name}; a witness needs a key of its own.");
        }

        using CheckpointWitness witness = CheckpointWitness.Open(new CosignatureSigner(key), logs, state);
        TextWriter errors = TextWriter.Synchronized(error);
        WitnessHost host = await WitnessHost.StartAsync(witness, endpoint, errors.WriteLine, cancellation).ConfigureAwait(false);
        await using (host.ConfigureAwait(false))
        {
            await output.WriteLineAsync($"witness {witness.Key}").ConfigureAwait(false);
            foreach (string origin in witness.Origins)
            {
                await output.WriteLineAsync($"log {origin}: {witness.Latest(origin)!.Value.Size} entries cosigned").ConfigureAwait(false);
            }

            await output.WriteLineAsync($"listening on {host.Address}").ConfigureAwait(false);
            await output.FlushAsync(CancellationToken.None).ConfigureAwait(false);
            TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
            using (cancellation.Register(() => stopped.TrySetResult()))
            using (interruption.Token.Register(() => stopped.TrySetResult()))
            {
                await stopped.Task.ConfigureAwait(false);
            }

            await host.StopAsync().ConfigureAwait(false);
        }

        await output.WriteLineAsync("stopped").ConfigureAwait(false);
        return ExitCodes.Good;
    }

    private static IPEndPoint ParseEndpoint(string text) =>
        IPEndPoint.TryParse(text, out IPEndPoint? endpoint) && (text.Contains("]:", StringComparison.Ordinal) || text.Count(c => c == ':') == 1)
            ? endpoint
            : throw new UsageException($"--listen '{text}': an IP address and a port are expected, such as 127.0.0.1:7380");
}
