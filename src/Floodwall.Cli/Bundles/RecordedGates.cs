using System.Text;
using System.Text.Json;
using Floodwall.Crypto;
using Floodwall.Ledger;
using Floodwall.Pipeline;
using Floodwall.Policy;

namespace Floodwall.Cli.Bundles;

/// <summary>One policy of a gate as a ledger has it: a bundle by name, revision and address, any other by its text.</summary>
internal sealed record RecordedPolicy
{
    /// <summary>What the ledger says of it.</summary>
    public required PolicyText Text { get; init; }

    /// <summary>A bundle's content address in hexadecimal digits; null for other policies.</summary>
    public string? BundleAddress { get; init; }

    /// <summary>A bundle's name.</summary>
    public string? BundleName { get; init; }

    /// <summary>A bundle's revision; 0 where it states none.</summary>
    public ulong BundleRevision { get; init; }

    /// <summary>A bundle's canonical form; null for other policies.</summary>
    public string? Bundle => BundlePolicy.LiveTextOf(Text);

    /// <summary>The bundle that was tried beside this one and decided nothing; null where there was none.</summary>
    public RecordedPolicy? Candidate { get; init; }

    /// <summary>The bundles in it that have addresses: itself, and the candidate.</summary>
    public IEnumerable<RecordedPolicy> Bundles => BundleAddress is null ? [] : Candidate is null ? [this] : [this, Candidate];

    /// <summary>Takes a policy's text apart.</summary>
    public static RecordedPolicy Of(PolicyText text)
    {
        if (BundlePolicy.LiveTextOf(text) is not { } canonical)
        {
            return new RecordedPolicy { Text = text };
        }

        (string? name, ulong revision) = Metadata(canonical);
        return new RecordedPolicy
        {
            Text = text,
            BundleAddress = Sha256.Hash(Encoding.UTF8.GetBytes(canonical)).ToHex(),
            BundleName = name,
            BundleRevision = revision,
            Candidate = BundlePolicy.CandidateTextOf(text) is { } candidate ? Of(new PolicyText(IsDescribed: true, $"{BundlePolicy.DescriptionName} {candidate}")) : null,
        };
    }

    private static (string? Name, ulong Revision) Metadata(string canonical)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(canonical);
            JsonElement metadata = json.RootElement.GetProperty("metadata");
            return (
                metadata.TryGetProperty("name", out JsonElement name) ? name.GetString() : null,
                metadata.TryGetProperty("revision", out JsonElement revision) ? revision.GetUInt64() : 0);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return (null, 0);
        }
    }
}

/// <summary>A composition of the gate in a ledger, and what was decided under it.</summary>
internal sealed class RecordedComposition(ulong entry, string address, IReadOnlyList<RecordedPolicy> policies, ulong? clock)
{
    /// <summary>The entry that completes it.</summary>
    public ulong Entry => entry;

    /// <summary>Its address in hexadecimal digits.</summary>
    public string Address => address;

    /// <summary>Its policies; their texts only where they were asked for.</summary>
    public IReadOnlyList<RecordedPolicy> Policies => policies;

    /// <summary>The tick of the swap; where a wall opened with it, the latest tick decided before, null where there is none.</summary>
    public ulong? Tick { get; set; } = clock;

    /// <summary>Why it was swapped in; null where a wall opened with it.</summary>
    public string? Reason { get; set; }

    /// <summary>Decisions judged under it.</summary>
    public ulong Decisions { get; set; }
}

/// <summary>The gate's compositions in a ledger, in order.</summary>
internal sealed class RecordedGates
{
    private readonly List<RecordedComposition> _all = [];

    private RecordedGates(ulong pruned) => Pruned = pruned;

    /// <summary>The compositions.</summary>
    public IReadOnlyList<RecordedComposition> All => _all;

    /// <summary>Decisions before the first composition, which an empty gate judged.</summary>
    public ulong DecisionsBefore { get; private set; }

    /// <summary>Entries that were pruned; decisions among them are not counted.</summary>
    public ulong Pruned { get; }

    /// <summary>Why the entries end where they do; null at the ordinary end.</summary>
    public string? Problem { get; private set; }

    /// <summary>Reads a ledger.</summary>
    /// <param name="directory">Its folder.</param>
    /// <param name="wanted">The compositions that are kept with all their text; the texts of the others are left out, and null leaves out all.</param>
    /// <exception cref="LedgerCorruptException">There is no ledger, or an entry is malformed.</exception>
    public static RecordedGates Read(string directory, Func<RecordedComposition, bool>? wanted = null)
    {
        LedgerReader ledger = LedgerReader.Open(directory);
        RecordedGates gates = new(ledger.PrunedSize);
        GateReader reader = new();
        ulong? clock = null;
        using EntryCursor cursor = ledger.ReadFrom(0);
        while (cursor.MoveNext())
        {
            LedgerEntry entry = cursor.Current;
            string? fault = reader.Observe(entry.Kind, entry.Payload, out bool changed);
            if (changed)
            {
                gates.Add(new RecordedComposition(entry.Index, reader.Current!.Address.ToHex(), [.. reader.Current.Policies.Select(RecordedPolicy.Of)], clock), wanted);
            }

            fault ??= gates.Observe(entry, ref clock);
            if (fault is not null)
            {
                throw new LedgerCorruptException($"{directory}: entry {entry.Index}: {fault}", entry.Index);
            }
        }

        gates.Problem = cursor.Problem;
        return gates;
    }

    private void Add(RecordedComposition composition, Func<RecordedComposition, bool>? wanted)
    {
        bool whole = wanted?.Invoke(composition) == true;
        _all.Add(whole
            ? composition
            : new RecordedComposition(composition.Entry, composition.Address, [.. composition.Policies.Select(Shortened)], composition.Tick));
    }

    // Gates can be large and many; a listing needs a word of each.
    private static RecordedPolicy Shortened(RecordedPolicy policy)
    {
        const int Shown = 120;
        string text = policy.Text.Text;
        return policy with
        {
            Text = policy.Text with { Text = text.Length <= Shown ? text : text[..Shown] + "…" },
            Candidate = policy.Candidate is { } candidate ? Shortened(candidate) : null,
        };
    }

    private string? Observe(LedgerEntry entry, ref ulong? clock)
    {
        switch (entry.Kind)
        {
            case WallEntryKinds.GateChange:
                string? fault = GateChangeEntry.Read(entry.Payload, out ulong tick, out Hash256 address, out string reason);
                if (fault is null && _all.Count != 0 && _all[^1].Address == address.ToHex())
                {
                    (_all[^1].Tick, _all[^1].Reason) = (tick, reason);
                }

                return fault;
            case WallEntryKinds.Decision:
                fault = DecisionEntry.Read(entry.Payload, out DecisionRecord record);
                if (fault is null)
                {
                    clock = Math.Max(clock ?? 0, record.DecidedTick);
                    if (_all.Count == 0)
                    {
                        DecisionsBefore++;
                    }
                    else
                    {
                        _all[^1].Decisions++;
                    }
                }

                return fault;
            default:
                return null;
        }
    }
}
