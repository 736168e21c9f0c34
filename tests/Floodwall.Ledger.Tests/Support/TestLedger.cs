using Floodwall.Crypto;

namespace Floodwall.Ledger.Tests;

/// <summary>A ledger under test, and beside it the model: the list of the entries that callers committed.</summary>
internal sealed class TestLedger
{
    public const string Folder = "/ledgers/one";

    public static readonly Ed25519Signer Signer = Ed25519Signer.FromSeed("example.org/floodwall", [.. Enumerable.Range(1, 32).Select(i => (byte)i)]);

    public static readonly Ed25519Signer OtherSigner = Ed25519Signer.FromSeed("example.org/other", [.. Enumerable.Range(101, 32).Select(i => (byte)i)]);

    public static readonly LedgerPaths Paths = new(Folder);

    public static LedgerOptions Options { get; } = new() { Directory = Folder, SegmentBytes = LedgerLimits.MinSegmentBytes, HashInBackground = false };

    public static LedgerWriter Open(ILedgerStorage storage, Ed25519Signer? signer = null) =>
        LedgerWriter.Open(Options, signer ?? Signer, storage);

    public static VerificationReport Verify(ILedgerFiles files, VerifierKey? key = null) =>
        LedgerVerifier.Verify(Folder, key ?? Signer.VerifierKey, new VerifyOptions { Files = files });

    /// <summary>Appends one entry; returns it whole as the model should find it.</summary>
    public static byte[] Append(LedgerWriter writer, byte kind, ReadOnlySpan<byte> payload)
    {
        Span<byte> room = writer.Begin(kind, payload.Length, out ulong index);
        payload.CopyTo(room);
        writer.Commit();
        byte[] entry = new byte[7 + payload.Length];
        entry[0] = kind;
        for (int i = 0; i < 6; i++)
        {
            entry[1 + i] = (byte)(index >> (8 * i));
        }

        payload.CopyTo(entry.AsSpan(7));
        return entry;
    }

    public static void AppendMany(LedgerWriter writer, int count, int payloadLength)
    {
        for (int i = 0; i < count; i++)
        {
            Span<byte> room = writer.Begin(0x10, payloadLength, out ulong index);
            room.Fill((byte)(index + 1));
            writer.Commit();
        }
    }

    public static List<byte[]> ReadAll(ILedgerFiles files)
    {
        using EntryCursor cursor = LedgerReader.Open(Folder, files).ReadFrom(0);
        List<byte[]> entries = [];
        while (cursor.MoveNext())
        {
            Assert.Equal((ulong)entries.Count, cursor.Current.Index);
            entries.Add(cursor.Current.Bytes.ToArray());
        }

        Assert.Null(cursor.Problem);
        return entries;
    }

    /// <summary>The entries that callers appended, without the ledger's own.</summary>
    public static List<byte[]> Callers(IEnumerable<byte[]> entries) => [.. entries.Where(entry => entry[0] >= LedgerLimits.FirstCallerKind)];

    /// <summary>A small closed ledger of about 300 entries in two bundles.</summary>
    public static MemoryLedgerStorage SmallSealed()
    {
        MemoryLedgerStorage storage = new();
        using LedgerWriter writer = Open(storage);
        for (int i = 0; i < 300; i++)
        {
            Append(writer, 0x10, new byte[i % 7].Select((_, at) => (byte)(i + at)).ToArray());
        }

        writer.Close();
        return storage;
    }
}
