using System.Text;
using Floodwall.Cli.Commands;
using Floodwall.Policy;

namespace Floodwall.Cli.Bundles;

/// <summary>What a ledger has under an address: a whole composition of the gate, or one bundle of it.</summary>
/// <param name="Composition">The composition; null where the address is that of a bundle.</param>
/// <param name="Bundle">The bundle; null where the address is that of a composition.</param>
internal sealed record RecordedText(RecordedComposition? Composition, RecordedPolicy? Bundle)
{
    private const int ShortestPrefix = 6;

    /// <summary>Finds an address, or the only one that begins so.</summary>
    /// <param name="directory">The ledger's folder.</param>
    /// <param name="address">Hexadecimal digits, six at least; <c>sha256:</c> in front of them leaves bundles alone.</param>
    /// <exception cref="UsageException">There is none, or there are several.</exception>
    public static RecordedText Find(string directory, string address)
    {
        bool bundlesOnly = address.StartsWith(CanonicalForm.AddressPrefix, StringComparison.OrdinalIgnoreCase);
        string digits = RequireDigits(bundlesOnly ? address[CanonicalForm.AddressPrefix.Length..] : address);
        // Equal compositions are one text: the first of each is enough.
        HashSet<string> seen = new(StringComparer.Ordinal);
        Dictionary<string, RecordedText> found = new(StringComparer.Ordinal);
        RecordedGates gates = RecordedGates.Read(directory, composition => seen.Add(composition.Address) && Matches(composition, digits, bundlesOnly));
        foreach (RecordedComposition composition in gates.All)
        {
            if (!bundlesOnly && composition.Address.StartsWith(digits, StringComparison.Ordinal))
            {
                found.TryAdd(composition.Address, new RecordedText(composition, null));
            }

            foreach (RecordedPolicy bundle in composition.Policies.SelectMany(policy => policy.Bundles).Where(bundle => bundle.BundleAddress!.StartsWith(digits, StringComparison.Ordinal)))
            {
                found.TryAdd(bundle.BundleAddress!, new RecordedText(null, bundle));
            }
        }

        return found.Count switch
        {
            1 => found.Values.Single(),
            0 => throw new UsageException($"{directory}: no gate and no bundle in it has the address {address}; 'floodwall policy snapshots {directory}' lists them."),
            _ => throw new UsageException($"{directory}: {address} begins several addresses: {string.Join(", ", found.Keys.Order(StringComparer.Ordinal))}"),
        };
    }

    /// <summary>An address, or its beginning, in lowercase digits.</summary>
    /// <param name="address">What was given.</param>
    /// <param name="option">What stands in front of it in a message.</param>
    /// <exception cref="UsageException">It is none.</exception>
    public static string RequireDigits(string address, string option = "")
    {
        string digits = address.ToLowerInvariant();
        return digits.Length is >= ShortestPrefix and <= 64 && digits.All(char.IsAsciiHexDigit)
            ? digits
            : throw new UsageException($"{option}'{address}': expected an address of {ShortestPrefix} to 64 hexadecimal digits, as policy snapshots lists them.");
    }

    /// <summary>The bundle, or the only one of the composition.</summary>
    /// <param name="name">What it goes by in messages.</param>
    /// <exception cref="UsageException">There is none, there are several, or its text is none of a bundle.</exception>
    public PolicyBundle Require(string name) =>
        CanonicalForm.TryRead(RequireBytes(name), name, out PolicyBundle? bundle, out BundleReadResult result)
            ? bundle
            : throw new UsageException(string.Join(BundleFile.NextError, result.Diagnostics));

    /// <summary>The canonical form of the bundle, or of the only one of the composition, whose SHA-256 is its address.</summary>
    /// <param name="name">What it goes by in messages.</param>
    /// <exception cref="UsageException">There is none, or there are several.</exception>
    public byte[] RequireBytes(string name)
    {
        RecordedPolicy[] bundles = Bundle is { } one ? [one] : [.. Composition!.Policies.Where(policy => policy.BundleAddress is not null)];
        if (bundles.Length != 1)
        {
            string all = string.Join(", ", bundles.Select(bundle => CanonicalForm.AddressPrefix + bundle.BundleAddress));
            throw new UsageException($"{name}: that gate has {bundles.Length} bundles, expected one{(all.Length == 0 ? "" : $"; name one of {all}")}");
        }

        return Encoding.UTF8.GetBytes(bundles[0].Bundle!);
    }

    private static bool Matches(RecordedComposition composition, string digits, bool bundlesOnly) =>
        (!bundlesOnly && composition.Address.StartsWith(digits, StringComparison.Ordinal))
        || composition.Policies.SelectMany(policy => policy.Bundles).Any(bundle => bundle.BundleAddress!.StartsWith(digits, StringComparison.Ordinal));
}
