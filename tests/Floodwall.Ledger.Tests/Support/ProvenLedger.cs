using Floodwall.Crypto;

namespace Floodwall.Ledger.Tests;

/// <summary>A ledger of many small entries, its model, and checkpoints over any part of it.</summary>
internal sealed class ProvenLedger
{
    public ProvenLedger(int entries, int payloadLength = 3)
    {
        using (LedgerWriter writer = TestLedger.Open(Storage))
        {
            for (int i = 0; writer.AppendedSize < (ulong)entries; i++)
            {
                byte[] payload = new byte[payloadLength + (i % 11)];
                Random.Shared.NextBytes(payload);
                TestLedger.Append(writer, 0x10, payload);
            }

            writer.Close();
        }

        Entries = TestLedger.ReadAll(Storage);
        Tree = ModelTree.OfEntries(Entries);
    }

    public MemoryLedgerStorage Storage { get; } = new();

    public List<byte[]> Entries { get; }

    public ModelTree Tree { get; }

    /// <summary>A signed note over any size and root.</summary>
    public static byte[] Note(ulong size, Hash256 root, Ed25519Signer? signer = null)
    {
        CheckpointNoteWriter writer = new(signer ?? TestLedger.Signer);
        byte[] note = new byte[writer.MaxLength];
        return note[..writer.Write(size, root, note)];
    }

    /// <summary>Publishes a checkpoint over the first entries, as though the rest had come later, and opens the ledger under it.</summary>
    public LedgerProver At(int size)
    {
        Storage.WriteAll(TestLedger.Paths.Checkpoint, Note((ulong)size, Tree.Root(size)));
        return Open();
    }

    public LedgerProver Open() => Open(Storage);

    public static LedgerProver Open(ILedgerFiles files, params VerifierKey[] keys) => LedgerProver.Open(TestLedger.Folder, keys, files);

    /// <summary>Where an entry's bytes begin in the only segment.</summary>
    public int OffsetOf(int index) => LedgerLimits.SegmentHeaderBytes + 2 + Entries.Take(index).Sum(entry => entry.Length + 2);
}
