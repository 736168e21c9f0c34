using Floodwall.Ledger;

namespace Floodwall.Reliability.Tests;

/// <summary>
/// A ledger that lives a scripted life on a fault storage (appends, checkpoints, a roll to the next segment, closings, deaths of the
/// process, power cuts, reopenings), and the model of it: every entry committed, and what was acknowledged.
/// </summary>
internal sealed class LedgerLife : IDisposable
{
    public const string Folder = "/reliability/ledger";

    private const string OldSegments = "/reliability/old";

    private const int MostEntries = 20_000;

    private static readonly LedgerPaths Paths = new(Folder);

    private readonly Random _random;
    private readonly Random _payloads;
    private readonly byte[]?[] _entries = new byte[]?[MostEntries];
    private LedgerWriter? _writer;
    private int _reused;
    private ulong _durable;
    private ulong _appended;

    /// <param name="seed">Of the script's chances.</param>
    /// <param name="recycles">Whether its segments are made of old ones; see <see cref="PutOld"/>.</param>
    public LedgerLife(int seed, bool recycles = false)
        : this(seed, new Random(~seed), recycles)
    {
    }

    private LedgerLife(int seed, Random payloads, bool recycles)
    {
        _random = new Random(seed);
        _payloads = payloads;
        Storage = new FaultLedgerStorage();
        Signer = new RecordingSigner();
        WriterOptions = Options with { HashInBackground = seed % 2 == 0, RecycleDirectory = recycles ? OldSegments : null };
    }

    public static LedgerOptions Options { get; } = new() { Directory = Folder, SegmentBytes = LedgerLimits.MinSegmentBytes, VerifyThreads = 1 };

    /// <summary>How this life's writers open the ledger.</summary>
    public LedgerOptions WriterOptions { get; }

    public FaultLedgerStorage Storage { get; private set; }

    public RecordingSigner Signer { get; private set; }

    /// <summary>Called at each storage step that can change the disk, and between steps wherever the script says so.</summary>
    public Action<StorageCall>? Boundary { get; set; }

    /// <summary>Entries that were acknowledged as durable: no power cut may touch them.</summary>
    public ulong Durable => Volatile.Read(ref _durable);

    /// <summary>How many segments were made of old ones.</summary>
    public int Reused => Volatile.Read(ref _reused);

    /// <summary>Whether a writer is open.</summary>
    public bool HasWriter => _writer is not null;

    /// <summary>Entries appended when the last writer was last asked: as many must be there as long as the machine goes on.</summary>
    public ulong AppendedAtMost => _writer?.AppendedSize ?? _appended;

    /// <summary>What a caller committed at an index; null for the ledger's own entries.</summary>
    public byte[]? Committed(ulong index) => index < MostEntries ? Volatile.Read(ref _entries[index]) : null;

    /// <summary>
    /// The segments of a life with the same script, so with entries of this ledger's key, numbers and lengths in the places where this
    /// life's are going to stand, but with other payloads: wherever they show, they pass for this ledger's own and are not.
    /// </summary>
    /// <param name="seed">The life's seed.</param>
    /// <param name="live">The script.</param>
    public static IReadOnlyList<byte[]> Doubles(int seed, Action<LedgerLife> live)
    {
        using LedgerLife twin = new(seed, new Random(seed + 1), recycles: false);
        live(twin);
        twin.Die();
        List<byte[]> segments = [];
        while (twin.Storage.OpenRead(Paths.Segment((uint)segments.Count)) is { } reader)
        {
            using (reader)
            {
                byte[] content = new byte[reader.Length];
                Assert.Equal(content.Length, reader.Read(0, content));
                segments.Add(content);
            }
        }

        return segments;
    }

    /// <summary>Puts old segments into the folder that new ones are made from.</summary>
    public void PutOld(IEnumerable<byte[]> segments)
    {
        (Action<StorageCall>? before, Storage.Before) = (Storage.Before, null);
        Storage.CreateFolder(OldSegments, ownerOnly: false);
        foreach (byte[] segment in segments)
        {
            using IFileWriter file = Storage.CreateFile(Path.Combine(OldSegments, Guid.NewGuid().ToString("N") + ".recycled"));
            file.Write(segment);
            file.Sync();
        }

        Storage.SyncFolder(OldSegments);
        Storage.Before = before;
    }

    /// <summary>A life like those of small ledgers: some hundred entries, checkpoints, deaths. Rolls over a segment where asked to.</summary>
    public void Live(bool roll)
    {
        Open();
        int steps = _random.Next(4, 9);
        for (int step = 0; step < steps; step++)
        {
            if (roll && step == steps / 2)
            {
                AppendToRoll();
            }
            else
            {
                Append(_random.Next(1, 120), _random.Next(3) == 0 ? LedgerLimits.MaxPayloadBytes : 90);
            }

            Between();
            switch (_random.Next(8))
            {
                case 0:
                    Close();
                    Open();
                    break;
                case 1:
                    Die();
                    Open();
                    break;
                case 2:
                    LosePower();
                    Open();
                    break;
                case 3:
                    break;
                default:
                    Checkpoint();
                    break;
            }

            Between();
        }

        Close();
        Between();
    }

    public void Open()
    {
        Storage.Before = Tell;
        _writer = LedgerWriter.Open(WriterOptions, Signer, Storage);
        Adopt();
        RaiseDurable(_writer.DurableSize);
        _writer.Publisher.Durable = RaiseDurable;
    }

    public void Append(int count, int longestPayload)
    {
        for (int i = 0; i < count; i++)
        {
            AppendOne(_random.Next(longestPayload + 1));
        }
    }

    /// <summary>Fills the first segment of 4 MiB and comes a little way into the second.</summary>
    public void AppendToRoll()
    {
        ulong end = _writer!.AppendedSize + 900;
        while (_writer.AppendedSize < end)
        {
            AppendOne(LedgerLimits.MaxPayloadBytes);
        }
    }

    public void Checkpoint() => _writer!.Publisher.Publish(_writer.SealTip());

    public void Close()
    {
        _appended = AppendedAtMost;
        LedgerWriter? closing = _writer;
        _writer = null;
        closing?.Close();
    }

    /// <summary>The process ends at once: nobody signs, nobody tidies.</summary>
    public void Die()
    {
        _appended = AppendedAtMost;
        _writer?.Dispose();
        _writer = null;
    }

    /// <summary>The machine restarts on one of the images that this moment may leave; the life goes on there.</summary>
    public void LosePower()
    {
        FaultLedgerStorage image = Storage.CutPower().Image(_random);
        Storage.Before = null;
        Die();
        Storage = image;
    }

    /// <summary>A writer that met a failure it cannot judge takes nothing more and signs nothing more.</summary>
    public void AssertHalted()
    {
        Assert.True(_writer!.IsPoisoned);
        Assert.False(_writer.HasRoomFor(1));
        Assert.Throws<LedgerPoisonedException>(() => _writer.Begin(0x10, 1, out _));
        int signatures = Signer.Count;
        Assert.Throws<LedgerPoisonedException>(() => _writer.Publisher.Publish(_writer.SealTip()));
        Assert.Equal(signatures, Signer.Count);
    }

    public void Dispose() => Die();

    /// <summary>What the reopened ledger holds is the model from here on, as indexes behind a cut are given anew; held against the old one first.</summary>
    private void Adopt()
    {
        Assert.True(_writer!.AppendedSize >= Durable, $"{Durable} entries were durable, {_writer.AppendedSize} are there");
        Assert.Null(ImageCheck.Compare(Storage, this, Durable, _writer.AppendedSize));
        for (ulong index = _writer.AppendedSize; index < MostEntries; index++)
        {
            Volatile.Write(ref _entries[index], null);
        }

        // A recovery entry, and the link in front of it, have taken the places of lost ones.
        ulong own = _writer.Report.Recovery == RecoveryReason.None ? 0UL : 2UL;
        using EntryCursor cursor = LedgerReader.Open(Folder, Storage).ReadFrom(_writer.AppendedSize - Math.Min(own, _writer.AppendedSize));
        while (cursor.MoveNext())
        {
            if (cursor.Current.Bytes[0] < LedgerLimits.FirstCallerKind)
            {
                Volatile.Write(ref _entries[cursor.Current.Index], null);
            }
        }
    }

    private void AppendOne(int payloadLength)
    {
        byte kind = (byte)(LedgerLimits.FirstCallerKind + _random.Next(4));
        Span<byte> room = _writer!.Begin(kind, payloadLength, out ulong index);
        _payloads.NextBytes(room);
        byte[] entry = new byte[LedgerLimits.EntryHeaderBytes + payloadLength];
        entry[0] = kind;
        for (int i = 0; i < 6; i++)
        {
            entry[1 + i] = (byte)(index >> (8 * i));
        }

        room.CopyTo(entry.AsSpan(LedgerLimits.EntryHeaderBytes));
        Volatile.Write(ref _entries[index], entry);
        _writer.Commit();
    }

    private void RaiseDurable(ulong size)
    {
        if (size > Durable)
        {
            Volatile.Write(ref _durable, size);
        }
    }

    private void Between() => Boundary?.Invoke(new StorageCall(Storage.CallCount, StorageStep.Write, "between calls"));

    private void Tell(StorageCall call)
    {
        // What comes from the folder of old segments gets its name by being renamed; what is made anew has it from the beginning.
        if (call.Step == StorageStep.Rename && call.Path.EndsWith(".seg", StringComparison.Ordinal))
        {
            Interlocked.Increment(ref _reused);
        }

        // A read changes nothing: a power cut before it is one before the step that follows.
        if (call.Step is not (StorageStep.List or StorageStep.OpenRead or StorageStep.Read))
        {
            Boundary?.Invoke(call);
        }
    }
}
