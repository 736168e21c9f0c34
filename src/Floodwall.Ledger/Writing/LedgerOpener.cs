using System.Runtime.ExceptionServices;
using System.Text;
using Floodwall.Crypto;

namespace Floodwall.Ledger;

/// <summary>
/// Opens a ledger for writing: takes the lock, checks the log against everything that was signed, cuts a damaged unsigned end, and
/// hands a writer over. Nothing is changed before the check has passed.
/// </summary>
internal sealed class LedgerOpener(LedgerOptions options, ISigner signer, ILedgerStorage storage)
{
    private readonly LedgerPaths _paths = options.Validate();

    public LedgerWriter Open()
    {
        storage.CreateFolder(_paths.Segments, ownerOnly: false);
        storage.CreateFolder(_paths.StateDirectory, ownerOnly: true);
        IDisposable held = storage.TryLock(_paths.Lock)
            ?? throw new LedgerLockedException($"{_paths.Directory}: another writer holds the lock; a ledger has one writer at a time");
        try
        {
            return OpenLocked(held);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private LedgerWriter OpenLocked(IDisposable held)
    {
        OpeningPlan plan = OpeningPlan.Make(storage, _paths, options, signer.VerifierKey);
        if (plan.Refusal is not null)
        {
            ExceptionDispatchInfo.Throw(plan.Refusal);
        }

        return plan.Creates
            ? new LedgerCreator(_paths, options, signer, storage).Create(held)
            : Reopen(held, plan);
    }

    private LedgerWriter Reopen(IDisposable held, OpeningPlan plan)
    {
        LedgerWalk walk = plan.Walk!;
        SignedHeads heads = plan.Heads!;
        RecoveryReason reason = plan.Reason;
        int segmentBytes = (int)walk.Genesis!.SegmentBytes;
        FillLinks(walk.OpenLinks, plan.Keep, segmentBytes);
        TailCutter cutter = new(storage, _paths);
        if (reason != RecoveryReason.None)
        {
            Cut(cutter, plan.Keep, segmentBytes);
            walk = LedgerWalk.Run(storage, _paths, [], new WalkSettings { Threads = options.VerifyThreads, Progress = options.Progress });
            if (walk.Problem is not null || walk.Size != plan.Keep)
            {
                throw new LedgerCorruptException($"{_paths.Directory}: the log does not read as expected after its end was cut: {walk.Problem?.Message}");
            }
        }

        (string Name, long Bytes)? side = cutter.FindSideFile(walk.Size);
        DeleteLeftovers(walk);
        MakeDurable(walk, plan.Floor, segmentBytes);
        WriteSession();

        OpenReport report = new()
        {
            Created = false,
            AppendedSize = walk.Size,
            SignedSize = heads.Floor.Size,
            Recovery = side is null ? RecoveryReason.None : reason == RecoveryReason.None ? RecoveryReason.DamagedTail : reason,
            Problem = plan.What,
            CutBytes = side?.Bytes ?? 0,
            SideFile = side is null ? null : Path.Combine(_paths.Recovered, side.Value.Name),
            Republished = !heads.Agree,
        };
        SegmentSupply supply = SegmentSupply.Open(storage, _paths, options);
        IMappedSegment segment = storage.OpenSegment(_paths.Segment((uint)walk.EndSegment), segmentBytes);
        LedgerWriter writer = Assemble(held, walk, heads, report, supply, segment);
        try
        {
            Settle(writer, side, heads);
            return writer;
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    /// <summary>Brings what is not signed to disk, whatever an earlier process may have seen of it, and vouches for it from now on.</summary>
    private void MakeDurable(LedgerWalk walk, ulong signed, int segmentBytes)
    {
        SyncDoubt doubt = new(storage, _paths);
        TreeHead head = new(walk.Size, walk.Root);
        try
        {
            new TailSync(storage, _paths, segmentBytes).Run(signed, walk);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            doubt.Raise(head);
            throw;
        }

        if (walk.Size > signed)
        {
            // Also where the mark says so already: the process that wrote it may have ended before its name was on disk.
            using HeadMark mark = new(storage, _paths.Durable);
            mark.Write(head);
        }

        doubt.Settle();
    }

    private void Cut(TailCutter cutter, ulong keep, int segmentBytes)
    {
        // Whatever fails here has changed nothing, and casts no doubt on what the log holds.
        cutter.Keep(keep);
        try
        {
            cutter.Cut(keep, segmentBytes);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            new SyncDoubt(storage, _paths).RaiseBlindly();
            throw;
        }
    }

    /// <summary>States the digests that the hashing thread of an earlier process did not get to. What follows syncs them.</summary>
    private void FillLinks(IEnumerable<OpenLink> links, ulong keep, int segmentBytes)
    {
        foreach (IGrouping<int, OpenLink> group in links.Where(link => link.Index < keep).GroupBy(link => link.Segment))
        {
            using IMappedSegment segment = storage.OpenSegment(_paths.Segment((uint)group.Key), segmentBytes);
            foreach (OpenLink link in group)
            {
                link.Digest.CopyTo(SegmentMemory.Slice(segment.Address, (int)link.DigestOffset, Hash256.Size));
            }
        }
    }

    /// <summary>A segment that was prepared and not used, and one that had been an old one a moment before.</summary>
    private void DeleteLeftovers(LedgerWalk walk)
    {
        storage.Delete(_paths.RecycledSegment);
        storage.Delete(_paths.Segment((uint)walk.EndSegment + 1));
        storage.SyncFolder(_paths.Segments);
    }

    private LedgerWriter Assemble(IDisposable held, LedgerWalk walk, SignedHeads heads, OpenReport report, SegmentSupply supply, IMappedSegment segment)
    {
        LedgerState state = new() { Appended = walk.Size, Durable = walk.Size, Signed = heads.Floor.Size };
        UnsyncedSegments segments = new();
        segments.Add(segment, (int)walk.EndOffset);
        return new LedgerWriter(new LedgerParts
        {
            HashesInBackground = options.HashesInBackground,
            ThreadStarted = options.ThreadStarted,
            Storage = storage,
            Paths = _paths,
            Supply = supply,
            Lock = held,
            State = state,
            Segments = segments,
            Publisher = new CheckpointPublisher(storage, _paths, signer, state, segments, heads.Floor, heads.Agree),
            Report = report,
            Keys = walk.Keys!,
            Tip = walk.Tip,
            Segment = segment,
            SegmentNumber = (uint)walk.EndSegment,
            Offset = (int)walk.EndOffset,
            BundleOffset = (int)walk.BundleOffset,
            Size = walk.Size,
        });
    }

    /// <summary>Records the recovery, and writes the notes anew where they do not agree.</summary>
    private static void Settle(LedgerWriter writer, (string Name, long Bytes)? side, SignedHeads heads)
    {
        if (side is (string name, long bytes))
        {
            RecoveryReason reason = writer.Report.Recovery;
            writer.AppendOwn(EntryKinds.Recovery, new RecoveryEntry(reason, bytes, writer.AppendedSize, name).Encode());
            writer.Report = writer.Report with { AppendedSize = writer.AppendedSize };
        }

        if (!heads.Agree)
        {
            writer.Publisher.Publish(writer.SealTip());
        }
    }

    private void WriteSession()
    {
        if (storage.BootIdentity is string now && OpeningPlan.ReadSession(storage, _paths) != now)
        {
            using IReplaceableFile session = storage.OpenReplaceable(_paths.Session);
            session.Replace(Encoding.UTF8.GetBytes(now + "\n"));
        }
    }
}
