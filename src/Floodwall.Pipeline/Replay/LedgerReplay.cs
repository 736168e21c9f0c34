using Floodwall.Ledger;

namespace Floodwall.Pipeline;

/// <summary>How to replay a ledger.</summary>
public sealed record ReplayOptions
{
    /// <summary>The last entry to take in; null for all there are.</summary>
    public ulong? To { get; init; }

    /// <summary>
    /// Begins with the latest snapshot, as a wall does that opens, instead of the first entry. Verdicts before it are not looked at.
    /// </summary>
    public bool FromSnapshot { get; init; }

    /// <summary>
    /// Makes the policies of a gate from what the ledger says of it, to judge anew; null where they are not at hand, and then verdicts
    /// are taken as they are. When this is null, <see cref="Catalog"/> is asked.
    /// </summary>
    public Func<IReadOnlyList<PolicyText>, Vocabulary, IEnumerable<IPolicy>?>? Policies { get; init; }

    /// <summary>Makes policies from their descriptions.</summary>
    public PolicyCatalog Catalog { get; init; } = new();

    /// <summary>Told now and then how many entries were taken in.</summary>
    public Action<ulong>? Progress { get; init; }
}

/// <summary>What a replay came to.</summary>
public sealed record ReplayReport
{
    /// <summary>The state behind the last entry.</summary>
    public required PlaneState State { get; init; }

    /// <summary>The first entry taken in; 0, or the one behind a snapshot.</summary>
    public required ulong FirstEntry { get; init; }

    /// <summary>The entries of the ledger up to where the replay ended, those before <see cref="FirstEntry"/> included.</summary>
    public required ulong Size { get; init; }

    /// <summary>Decisions judged anew.</summary>
    public required ulong Judged { get; init; }

    /// <summary>Decisions whose policies were not at hand, or that no gate judged.</summary>
    public required ulong NotJudged { get; init; }

    /// <summary>Notes beside decisions, each compared with what judging anew gives; <see cref="PlaneState.Counters"/> has them by kind.</summary>
    public required ulong Noted { get; init; }

    /// <summary>Snapshots compared with the state that the entries before them give.</summary>
    public required int Snapshots { get; init; }

    /// <summary>The gate's compositions met, in order, the first thousand: each judged the decisions behind it, up to the next.</summary>
    public required IReadOnlyList<ReplayedGate> Gates { get; init; }

    /// <summary>How many there were.</summary>
    public required ulong GateCount { get; init; }

    /// <summary>All that the cores do not arrive at.</summary>
    public required ulong MismatchCount { get; init; }

    /// <summary>The first 100 of them.</summary>
    public required IReadOnlyList<ReplayMismatch> Mismatches { get; init; }

    /// <summary>What could not be rebuilt or compared, and why.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>Why the entries end where they do; null at the ordinary end of the log. A crash leaves a torn end above what was signed.</summary>
    public required string? TornEnd { get; init; }
}

/// <summary>
/// Rebuilds a wall's state from its ledger alone, and compares what is on record with what the wall's own cores say. It reads only:
/// no decision is handed to anybody, nothing is written, and no signature is checked; that is <see cref="LedgerVerifier"/>'s part.
/// </summary>
public static class LedgerReplay
{
    private const ulong ProgressEvery = 1 << 16;

    /// <summary>Replays the ledger in a folder.</summary>
    /// <exception cref="LedgerCorruptException">There is no ledger, or an entry is none that a wall writes; the message names it.</exception>
    /// <exception cref="IOException">A file could not be read.</exception>
    public static ReplayReport Run(string directory, ReplayOptions? options = null)
    {
        options ??= new ReplayOptions();
        LedgerReader reader = LedgerReader.Open(directory);
        ReplayFindings findings = new();
        VerdictCheck check = new(options.Policies ?? ((texts, vocabulary) => FromCatalog(options.Catalog, texts, vocabulary, findings)), findings);
        ulong size = options.To is { } to and < ulong.MaxValue ? to + 1 : ulong.MaxValue;
        (PlaneState State, ulong First, int Bytes)? start = options.FromSnapshot || reader.PrunedSize > 0 ? Latest(reader, directory, size) : null;
        ulong first = start?.First ?? 0;
        RequireWhole(reader, directory, first);
        if (start is { } known)
        {
            check.Rebuild(known.State.Policies);
            check.Adopt(known.State);
        }

        PlaneReplay replay = new(start?.State ?? new PlaneState(), check, findings);
        using EntryCursor cursor = reader.ReadFrom(first);
        ulong next = Feed(replay, cursor, directory, first, size, options.Progress);
        replay.Finish();
        if (check.NotJudged != 0)
        {
            findings.Note($"{check.NotJudged} verdicts were taken as they are: no gate judged them, or its policies are not at hand");
        }

        return new ReplayReport
        {
            State = replay.State,
            FirstEntry = first,
            Size = next,
            Judged = check.Judged,
            NotJudged = check.NotJudged,
            Noted = replay.Noted,
            Snapshots = replay.Snapshots,
            Gates = replay.Gates.Gates,
            GateCount = replay.Gates.Count,
            MismatchCount = findings.MismatchCount,
            Mismatches = findings.Mismatches,
            Notes = findings.Notes,
            TornEnd = next < size ? cursor.Problem : null,
        };
    }

    /// <summary>The state that the first <paramref name="size"/> entries give, from the latest snapshot on: what a wall opens with.</summary>
    internal static (PlaneReplay Replay, ResumeReport Report) Resume(string directory, ulong size)
    {
        LedgerReader reader = LedgerReader.Open(directory);
        (PlaneState State, ulong First, int Bytes)? start = Latest(reader, directory, size);
        ReplayFindings findings = new();
        PlaneReplay replay = new(start?.State ?? new PlaneState(), check: null, findings, (ulong)(start?.Bytes ?? 0));
        ulong first = start?.First ?? 0;
        RequireWhole(reader, directory, first);
        using EntryCursor cursor = reader.ReadFrom(first);
        ulong next = Feed(replay, cursor, directory, first, size, progress: null);
        if (next < size)
        {
            throw new LedgerCorruptException($"{directory}: entry {next} cannot be read back: {cursor.Problem ?? "the log ends"}.", next);
        }

        replay.Finish();
        PlaneState state = replay.State;
        return (replay, new ResumeReport
        {
            Clock = state.Clock,
            Agents = state.Agents,
            Queued = state.Queued,
            FirstEntry = first,
            Size = size,
            Mismatches = findings.Mismatches,
            Notes = findings.Notes,
        });
    }

    private static ulong Feed(
        PlaneReplay replay, EntryCursor cursor, string directory, ulong first, ulong size, Action<ulong>? progress)
    {
        ulong next = first;
        while (next < size && cursor.MoveNext())
        {
            LedgerEntry entry = cursor.Current;
            next = entry.Index + 1;
            if (replay.Apply(entry.Index, entry.Kind, entry.Payload) is { } fault)
            {
                throw new LedgerCorruptException($"{directory}: entry {entry.Index}: {fault}.", entry.Index);
            }

            if (next % ProgressEvery == 0)
            {
                progress?.Invoke(next);
            }
        }

        return next;
    }

    /// <summary>
    /// Where the latest snapshot of a ledger begins; null where there is none. What lies before it can be pruned: a wall that opens
    /// reads from there.
    /// </summary>
    /// <exception cref="LedgerCorruptException">There is no ledger.</exception>
    /// <exception cref="IOException">A file could not be read.</exception>
    public static ulong? FindSnapshot(string directory) => SnapshotSearch.FindLatest(LedgerReader.Open(directory), ulong.MaxValue)?.First;

    private static void RequireWhole(LedgerReader reader, string directory, ulong first)
    {
        if (first < reader.PrunedSize)
        {
            throw new LedgerCorruptException(
                $"{directory}: entries 0 to {reader.PrunedSize - 1} were pruned, and no snapshot follows them before the last entry asked for, so the wall's state cannot be rebuilt");
        }
    }

    private static (PlaneState State, ulong First, int Bytes)? Latest(LedgerReader reader, string directory, ulong size)
    {
        if (SnapshotSearch.FindLatest(reader, size) is not { } place)
        {
            return null;
        }

        PartReader parts = new(SnapshotEntry.MaxBytes);
        using EntryCursor cursor = reader.ReadFrom(place.First);
        while (cursor.MoveNext() && cursor.Current.Index <= place.Last)
        {
            if (cursor.Current.Kind != WallEntryKinds.Snapshot)
            {
                continue;
            }

            string? fault = parts.Add(cursor.Current.Payload, out bool whole);
            PlaneState? state = null;
            fault ??= whole ? SnapshotEntry.Read(parts.Content, out _, out state) : null;
            if (fault is not null)
            {
                throw new LedgerCorruptException($"{directory}: entry {cursor.Current.Index}: {fault}.", cursor.Current.Index);
            }

            if (whole)
            {
                return (state!, place.Last + 1, parts.Content.Length);
            }
        }

        throw new LedgerCorruptException($"{directory}: entry {place.First}: the snapshot that begins here cannot be read back.", place.First);
    }

    private static List<IPolicy>? FromCatalog(
        PolicyCatalog catalog, IReadOnlyList<PolicyText> texts, Vocabulary vocabulary, ReplayFindings findings)
    {
        List<IPolicy> policies = [];
        for (int i = 0; i < texts.Count; i++)
        {
            string? fault = "it has no description";
            IPolicy? policy = null;
            if (texts[i].IsDescribed)
            {
                fault = catalog.TryMake(texts[i].Text, vocabulary, out policy);
            }

            if (fault is not null)
            {
                findings.Note($"policy {i} of a gate with {texts.Count} cannot be made again: {fault}");
                return null;
            }

            policies.Add(policy!);
        }

        return policies;
    }
}
