using System.Globalization;
using System.Net;
using System.Text;
using Floodwall.Cli.Witnessing;
using Floodwall.Crypto;
using Floodwall.Ledger;

namespace Floodwall.Cli.Tests.Commands;

/// <summary>Witnesses behind HTTP, in this process, on ports that the system chose.</summary>
internal sealed class Witnesses : IAsyncDisposable
{
    private readonly List<(WitnessHost Host, CheckpointWitness Witness, string Url)> _running = [];
    private readonly VerifierKey _log;

    private Witnesses(VerifierKey log) => _log = log;

    public static async Task<Witnesses> StartAsync(ToolRunner tool, VerifierKey log, int count)
    {
        Witnesses witnesses = new(log);
        for (int i = 0; i < count; i++)
        {
            CosignatureSigner signer = new(Ed25519Signer.Generate($"witness.example/{i}"));
            CheckpointWitness witness = CheckpointWitness.Open(signer, [log], tool.At($"witness-{i}"));
            WitnessHost host = await WitnessHost.StartAsync(witness, new IPEndPoint(IPAddress.Loopback, 0), _ => { }, CancellationToken.None);
            witnesses._running.Add((host, witness, host.Address));
        }

        return witnesses;
    }

    public string Url(int i) => _running[i].Url;

    public Task StopAsync(int i) => _running[i].Host.StopAsync();

    /// <summary>A signature line of a witness, without dash and newline, that does not verify.</summary>
    public string NameOf(int i)
    {
        CosignatureKey key = _running[i].Witness.Key;
        byte[] line = new byte[4 + 8 + 64];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(line, key.KeyId);
        return $"{key.Name} {Convert.ToBase64String(line)}";
    }

    public string Policy(int threshold)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"log {_log}\n");
        for (int i = 0; i < _running.Count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"witness w{i} {_running[i].Witness.Key} {_running[i].Url}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"group g {threshold} {string.Join(' ', _running.Select((_, i) => $"w{i}"))}\nquorum g\n");
        return text.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        foreach ((WitnessHost host, CheckpointWitness witness, _) in _running)
        {
            await host.DisposeAsync();
            witness.Dispose();
        }
    }
}
