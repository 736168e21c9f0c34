using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Floodwall.Pipeline;

namespace Floodwall.Policy;

/// <summary>What a ledger knows of a bundle's name; bundles on record as unsigned (<see cref="BundlePolicy.AsUnsigned"/>) apart.</summary>
/// <param name="Name">The name.</param>
/// <param name="HighestRevision">The highest revision that ever judged; 0 where none was stated.</param>
/// <param name="LastRevision">The revision that judged last. After a rollback it is lower.</param>
/// <param name="LastAddress">The content address of what judged last.</param>
public sealed record RecordedBundle(string Name, ulong HighestRevision, ulong LastRevision, string LastAddress)
{
    /// <summary>
    /// What is wrong with taking a bundle of this name next, or null. Its revision has to be above every one on record; or it is what judged
    /// last, so that a wall can open again with what it had.
    /// </summary>
    /// <param name="revision">The bundle's revision.</param>
    /// <param name="address">Its content address.</param>
    public string? Refuse(ulong revision, string address) => revision > HighestRevision || address == LastAddress
        ? null
        : $"expected a revision of {BundleText.Quoted(Name)} above {HighestRevision}, the highest in this ledger, or what judged there last"
            + $" (revision {LastRevision}, {LastAddress}); got revision {revision}, {address}";
}

/// <summary>The bundles that judged in a wall, by name, as its ledger's gates tell. A bundle that was only a candidate, or is on record as unsigned, is none of them.</summary>
public sealed class RecordedBundles
{
    private readonly Dictionary<string, RecordedBundle> _byName = new(StringComparer.Ordinal);

    /// <summary>None: there is no ledger yet.</summary>
    public static RecordedBundles None { get; } = new();

    /// <summary>Reads them from a ledger; none where the folder does not exist.</summary>
    /// <exception cref="Ledger.LedgerCorruptException">The folder is no ledger that a wall writes; the message says why.</exception>
    /// <exception cref="IOException">A file could not be read.</exception>
    public static RecordedBundles Read(string ledgerDirectory)
    {
        ArgumentNullException.ThrowIfNull(ledgerDirectory);
        return Directory.Exists(ledgerDirectory) ? Of(PolicySnapshots.Read(ledgerDirectory)) : None;
    }

    /// <summary>The same from compositions that were read before.</summary>
    public static RecordedBundles Of(PolicySnapshots snapshots)
    {
        ArgumentNullException.ThrowIfNull(snapshots);
        RecordedBundles bundles = new();
        foreach (string canonical in snapshots.All.SelectMany(snapshot => snapshot.Policies).Where(policy => !BundlePolicy.IsUnsignedText(policy)).Select(BundlePolicy.LiveTextOf).OfType<string>())
        {
            bundles.Add(canonical);
        }

        return bundles;
    }

    /// <summary>What is known of a name; null where it never judged.</summary>
    public RecordedBundle? Find(string name) => _byName.GetValueOrDefault(name);

    // Whatever is no bundle is somebody else's policy.
    private void Add(string canonical)
    {
        if (!TryParse(canonical, out JsonDocument? json))
        {
            return;
        }

        using (json)
        {
            if (!TryGet(json.RootElement, "metadata", out JsonElement metadata)
                || !TryGet(metadata, "name", out JsonElement named) || named.ValueKind != JsonValueKind.String)
            {
                return;
            }

            string name = named.GetString()!;
            bool stated = TryGet(metadata, "revision", out JsonElement number) && number.ValueKind == JsonValueKind.Number;
            ulong revision = stated && number.TryGetUInt64(out ulong read) ? read : 0;
            ulong highest = Math.Max(revision, Find(name)?.HighestRevision ?? 0);
            _byName[name] = new RecordedBundle(name, highest, revision, CanonicalForm.AddressOf(Encoding.UTF8.GetBytes(canonical)));
        }
    }

    private static bool TryGet(JsonElement element, string key, out JsonElement value)
    {
        value = default;
        return element.ValueKind == JsonValueKind.Object && element.TryGetProperty(key, out value);
    }

    private static bool TryParse(string text, [NotNullWhen(true)] out JsonDocument? json)
    {
        try
        {
            json = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            json = null;
            return false;
        }
    }
}
