using System.Text;
using Floodwall.Crypto;

namespace Floodwall.Ledger.Tests;

/// <summary>Witnesses under test with fixed keys, and policies and logs to go with them.</summary>
internal static class WitnessBench
{
    public static readonly CosignatureSigner[] Signers = [.. Enumerable.Range(0, 5).Select(i => new CosignatureSigner(
        Ed25519Signer.FromSeed($"witness.example/w{i}", [.. Enumerable.Range(50 + i, 32).Select(n => (byte)n)])))];

    public static TimeProvider Clock { get; } = new StoppedClock();

    /// <summary>A policy over the first witnesses, named w0, w1, …; the test ledger is its log.</summary>
    public static TrustPolicy Policy(int threshold, int witnesses)
    {
        StringBuilder text = new();
        text.Append($"log {TestLedger.Signer.VerifierKey}\n");
        for (int i = 0; i < witnesses; i++)
        {
            text.Append($"witness w{i} {Signers[i].Key}\n");
        }

        text.Append($"group all-of-them {threshold} {string.Join(' ', Enumerable.Range(0, witnesses).Select(i => $"w{i}"))}\nquorum all-of-them\n");
        return TrustPolicy.Parse(Encoding.UTF8.GetBytes(text.ToString()), "policy");
    }

    public static CheckpointWitness Open(ILedgerStorage storage, int i = 0, params VerifierKey[] logs) => CheckpointWitness.Open(
        Signers[i], logs.Length == 0 ? [TestLedger.Signer.VerifierKey] : logs, $"/witness/{i}", storage, Clock);

    /// <summary>A signed checkpoint of any size and root.</summary>
    public static byte[] Note(ulong size, in Hash256 root, Ed25519Signer? signer = null)
    {
        CheckpointNoteWriter writer = new(signer ?? TestLedger.Signer);
        byte[] note = new byte[writer.MaxLength];
        return note[..writer.Write(size, root, note)];
    }

    public static string Cosign(int witness, byte[] note, ulong time = 1_700_000_000)
    {
        Assert.True(SignedNote.TryParse(note, out SignedNote? parsed, out _));
        return Signers[witness].Sign(parsed.Utf8Text.Span, time).ToLine();
    }

    public static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    private sealed class StoppedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);
    }
}

/// <summary>A log without a ledger: leaves of its own choice, so that tests can also tell two histories.</summary>
internal sealed class ModelLog(int history = 0) : ISubtreeReader
{
    public Hash256 Root(ulong size) => MerkleProof.Root(size, this);

    public byte[] Note(ulong size) => WitnessBench.Note(size, Root(size));

    public byte[] Request(ulong from, ulong to) =>
        new AddCheckpointRequest(from, from == 0 || from > to ? [] : MerkleProof.Consistency(from, to, this), Note(to)).ToBytes();

    // Histories share their first ten leaves.
    public Hash256 ReadSubtree(int level, ulong index) => level == 0
        ? MerkleHash.Leaf(Encoding.ASCII.GetBytes($"{index} {(index < 10 ? 0 : history)}"))
        : MerkleHash.Node(ReadSubtree(level - 1, 2 * index), ReadSubtree(level - 1, (2 * index) + 1));
}
