using System.Text;
using Floodwall.Crypto;

namespace Floodwall.Ledger;

/// <summary>
/// Creates a ledger. Its genesis entry is durable and signed before anybody gets to append, so that from then on a ledger without
/// checkpoint and high-water mark is one that somebody took them from.
/// </summary>
internal sealed class LedgerCreator(LedgerPaths paths, LedgerOptions options, ISigner signer, ILedgerStorage storage)
{
    public LedgerWriter Create(IDisposable held)
    {
        SyncOwnFolders();
        GenesisEntry genesis = new(options.SegmentBytes, signer.VerifierKey);
        foreach (StoredFile leftover in storage.List(paths.Segments))
        {
            storage.Delete(Path.Combine(paths.Segments, leftover.Name));
        }

        if (storage.BootIdentity is string boot)
        {
            using IReplaceableFile session = storage.OpenReplaceable(paths.Session);
            session.Replace(Encoding.UTF8.GetBytes(boot + "\n"));
        }

        SegmentSupply supply = SegmentSupply.Open(storage, paths, options);
        IMappedSegment segment = supply.Make(0, (int)options.SegmentBytes);
        new SegmentHeader(0, 0).Encode(SegmentMemory.Slice(segment.Address, 0, LedgerLimits.SegmentHeaderBytes));

        LedgerState state = new();
        UnsyncedSegments segments = new();
        segments.Add(segment, synced: 0);
        LedgerWriter writer = new(new LedgerParts
        {
            HashesInBackground = options.HashesInBackground,
            ThreadStarted = options.ThreadStarted,
            Storage = storage,
            Paths = paths,
            Supply = supply,
            Lock = held,
            State = state,
            Segments = segments,
            Publisher = new CheckpointPublisher(
                storage, paths, signer, state, segments, new TreeHead(0, MerkleHash.EmptyRoot), published: false),
            Report = new OpenReport { Created = true, AppendedSize = 1, SignedSize = 0 },
            Keys = new KeyChain(signer.VerifierKey),
            Tip = new TreeTip(),
            Segment = segment,
            SegmentNumber = 0,
            Offset = LedgerLimits.SegmentHeaderBytes,
            BundleOffset = LedgerLimits.SegmentHeaderBytes,
            Size = 0,
        });
        try
        {
            writer.AppendOwn(EntryKinds.Genesis, genesis.Encode());
            writer.Publisher.Publish(writer.SealTip());
            return writer;
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    /// <summary>An earlier attempt may have ended between making a folder and syncing its name; the folder was there this time.</summary>
    private void SyncOwnFolders()
    {
        storage.SyncFolder(paths.Directory);
        foreach (string? parent in new[] { Path.GetDirectoryName(paths.Directory), Path.GetDirectoryName(paths.StateDirectory) }.Distinct())
        {
            if (!string.IsNullOrEmpty(parent))
            {
                storage.SyncFolder(parent);
            }
        }
    }
}
