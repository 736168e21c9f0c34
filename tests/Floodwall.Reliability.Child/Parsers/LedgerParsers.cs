using System.Buffers.Binary;
using Floodwall.Crypto;
using Floodwall.Ledger;
using Floodwall.Reliability.Child.Commands;

namespace Floodwall.Reliability.Child.Parsers;

/// <summary>Segment headers, entry frames, the ledger's own entries, and marks of the state folder.</summary>
internal static class LedgerParsers
{
    private static readonly LedgerPaths Paths = new("/parsers/ledger");

    private static readonly MemoryLedgerStorage Storage = NewStorage();

    private static readonly GenesisEntry Genesis = new(LedgerLimits.MinSegmentBytes, Ledgers.Signer.VerifierKey);

    public static IReadOnlyList<ParserCase> All { get; } =
    [
        new("segment-header", MakeHeader, ParseHeader),
        new("entries", MakeSegment, ParseSegment),
        new("genesis-entry", _ => Genesis.Encode(), ParseGenesis),
        new("link-entry", MakeLink, ParseLink),
        new("recovery-entry", MakeRecovery, ParseRecovery),
        new("state-mark", MakeMark, ParseMark),
    ];

    private static MemoryLedgerStorage NewStorage()
    {
        MemoryLedgerStorage storage = new();
        storage.CreateFolder(Paths.Segments, ownerOnly: false);
        storage.CreateFolder(Paths.StateDirectory, ownerOnly: true);
        return storage;
    }

    private static byte[] MakeHeader(Random random)
    {
        byte[] header = new byte[LedgerLimits.SegmentHeaderBytes];
        new SegmentHeader((uint)random.Next(), (ulong)random.NextInt64()).Encode(header);
        return header;
    }

    private static bool ParseHeader(byte[] input, out string? wrong)
    {
        wrong = null;
        if (SegmentHeader.Decode(input, out SegmentHeader header) is not null)
        {
            return false;
        }

        byte[] again = new byte[LedgerLimits.SegmentHeaderBytes];
        header.Encode(again);
        wrong = ParserCases.Differs(input.AsSpan(0, again.Length), again);
        return true;
    }

    /// <summary>A small segment: header, genesis entry, and some entries, sometimes into the second bundle.</summary>
    private static byte[] MakeSegment(Random random)
    {
        byte[] header = new byte[LedgerLimits.SegmentHeaderBytes];
        new SegmentHeader(0, 0).Encode(header);
        List<byte> segment = [.. header];
        Add(segment, EntryKinds.Genesis, 0, Genesis.Encode());
        int count = random.Next(8) == 0 ? random.Next(250, 265) : random.Next(12);
        byte[] payload = new byte[60];
        for (int index = 1; index <= count; index++)
        {
            random.NextBytes(payload);
            if (index % LedgerLimits.EntriesPerBundle == 0)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(payload, (ulong)index / LedgerLimits.EntriesPerBundle);
                Add(segment, EntryKinds.Link, index, payload.AsSpan(0, LinkEntry.PayloadBytes));
            }
            else
            {
                Add(segment, (byte)random.Next(LedgerLimits.FirstCallerKind, 256), index, payload.AsSpan(0, random.Next(payload.Length)));
            }
        }

        return [.. segment];
    }

    private static void Add(List<byte> segment, byte kind, int index, ReadOnlySpan<byte> payload)
    {
        Span<byte> head = stackalloc byte[EntryFrame.HeaderBytes + 1];
        BinaryPrimitives.WriteUInt16BigEndian(head, (ushort)(LedgerLimits.EntryHeaderBytes + payload.Length));
        BinaryPrimitives.WriteUInt64LittleEndian(head[LedgerLimits.LengthPrefixBytes..], EntryFrame.HeaderWord(kind, (ulong)index));
        segment.AddRange(head[..EntryFrame.HeaderBytes]);
        segment.AddRange(payload);
    }

    private static bool ParseSegment(byte[] input, out string? wrong)
    {
        wrong = null;
        Storage.WriteAll(Paths.Segment(0), input);
        LedgerReader reader;
        try
        {
            reader = LedgerReader.Open(Paths.Directory, Storage);
        }
        catch (LedgerCorruptException)
        {
            return false;
        }

        using EntryCursor cursor = reader.ReadFrom(0);
        int at = LedgerLimits.SegmentHeaderBytes;
        ulong index = 0;
        while (cursor.MoveNext())
        {
            ReadOnlySpan<byte> entry = cursor.Current.Bytes;
            bool framed = BinaryPrimitives.ReadUInt16BigEndian(input.AsSpan(at)) == entry.Length
                && input.AsSpan(at + LedgerLimits.LengthPrefixBytes, entry.Length).SequenceEqual(entry)
                && cursor.Current.Index == index && EntryFrame.ReadIndex(entry) == index;
            wrong ??= framed ? null : $"entry {index} is not what stands at byte {at}";
            at += LedgerLimits.LengthPrefixBytes + entry.Length;
            index++;
        }

        bool blank = input.AsSpan(Math.Min(at, input.Length)).IndexOfAnyExcept((byte)0) < 0;
        wrong ??= cursor.Problem is null && !blank ? $"bytes behind {at} were passed over" : null;
        return cursor.Problem is null;
    }

    private static bool ParseGenesis(byte[] input, out string? wrong)
    {
        wrong = null;
        if (!GenesisEntry.TryDecode(input, out GenesisEntry? genesis, out _))
        {
            return false;
        }

        // White space around the key is passed over; the entry's hash is that of its bytes all the same.
        string again = genesis.Key.ToString();
        wrong = System.Text.Encoding.UTF8.GetString(input.AsSpan(12)).Trim() == again && genesis.Encode().AsSpan(0, 12).SequenceEqual(input.AsSpan(0, 12))
            ? null
            : $"accepted, but it states {again}";
        return true;
    }

    private static byte[] MakeLink(Random random)
    {
        byte[] payload = new byte[LinkEntry.PayloadBytes];
        random.NextBytes(payload);
        return payload;
    }

    private static bool ParseLink(byte[] input, out string? wrong)
    {
        wrong = null;
        if (!LinkEntry.TryDecode(input, out LinkEntry link))
        {
            return false;
        }

        byte[] again = new byte[LinkEntry.PayloadBytes];
        link.Encode(again);
        wrong = ParserCases.Differs(input, again);
        return true;
    }

    private static byte[] MakeRecovery(Random random) => new RecoveryEntry(
        (RecoveryReason)random.Next(1, 3), random.NextInt64(), (ulong)random.NextInt64(), $"{random.Next()}.bin").Encode();

    private static bool ParseRecovery(byte[] input, out string? wrong)
    {
        wrong = null;
        if (RecoveryEntry.TryDecode(input) is not { } entry)
        {
            return false;
        }

        // A name that is not UTF-8 cannot come back; every other field must.
        RecoveryEntry? again = RecoveryEntry.TryDecode(entry.Encode());
        wrong = again == entry ? null : "encoded again it reads otherwise";
        return true;
    }

    private static byte[] MakeMark(Random random)
    {
        byte[] root = new byte[Hash256.Size];
        random.NextBytes(root);
        using HeadMark mark = new(Storage, Paths.Durable);
        mark.Write(new TreeHead((ulong)random.NextInt64() >> random.Next(63), Hash256.Read(root)));
        return Storage.ReadAll(Paths.Durable);
    }

    private static bool ParseMark(byte[] input, out string? wrong)
    {
        wrong = null;
        Storage.WriteAll(Paths.Unsynced, input);
        if (HeadMark.Read(Storage, Paths.Unsynced) is not { } head)
        {
            return false;
        }

        using HeadMark mark = new(Storage, Paths.Durable);
        mark.Write(head);
        wrong = HeadMark.Read(Storage, Paths.Durable) == head ? null : "written again it reads otherwise";
        return true;
    }
}
