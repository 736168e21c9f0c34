using Floodwall.Cli.Commands;
using Floodwall.Pipeline;
using Floodwall.Policy;

namespace Floodwall.Cli.Bundles;

/// <summary>Policy bundles as commands take them: a file or a folder, which has to be right.</summary>
internal static class BundleFile
{
    /// <summary>What stands between the errors of one message, so that each is a line of its own.</summary>
    public const string NextError = "\nfloodwall: ";

    /// <summary>Reads a bundle and checks its conditions.</summary>
    /// <param name="path">A file, a signed bundle, or a folder of files.</param>
    /// <param name="trust">What is asked of it.</param>
    /// <param name="warnings">Told of each warning, one line.</param>
    /// <exception cref="UsageException">It cannot be used; the message has a line for each error, with file, line and column.</exception>
    public static PolicyBundle Require(string path, BundleTrust trust, Action<string>? warnings = null) => RequireRead(path, trust, warnings).Bundle!;

    /// <summary>The same, with what was found on the way: the bundle is there, and who signed it.</summary>
    /// <inheritdoc cref="Require"/>
    public static BundleReadResult RequireRead(string path, BundleTrust trust, Action<string>? warnings = null)
    {
        BundleReadResult read = Read(path, trust, RecordedBundles.None);
        IReadOnlyList<PolicyDiagnostic> diagnostics = read.Diagnostics;
        PolicyBundle? bundle = read.Bundle;
        if (bundle is not null && BundlePolicy.TryCreate(bundle, new Vocabulary(), out IReadOnlyList<PolicyDiagnostic> conditions) is null)
        {
            (bundle, diagnostics) = (null, [.. diagnostics, .. conditions]);
        }

        if (bundle is null)
        {
            throw new UsageException(string.Join(NextError, diagnostics.Where(one => one.Severity == DiagnosticSeverity.Error)));
        }

        foreach (PolicyDiagnostic warning in diagnostics)
        {
            warnings?.Invoke(warning.ToString());
        }

        return read;
    }

    /// <summary>Reads a bundle, whatever comes of it.</summary>
    /// <param name="path">A file, a signed bundle, or a folder of files.</param>
    /// <param name="trust">What is asked of it.</param>
    /// <param name="recorded">What judged before, which a signed bundle has to be newer than.</param>
    public static BundleReadResult Read(string path, BundleTrust trust, RecordedBundles recorded)
    {
        BundleReadResult read = BundleReader.ReadPath(path, trust, recorded);
        return trust.Keys.Count == 0 && read.Signature is not null
            ? read with { Diagnostics = [.. read.Diagnostics.Select(one => one with { Message = one.Message + " (name it with --policy-key)" })] }
            : read;
    }

    /// <summary>A bundle to be judged without a wall.</summary>
    public static PolicyTrial Trial(PolicyBundle bundle, GateContext context, PolicyBundle? candidate = null) =>
        PolicyTrial.TryCreate(bundle, context, out IReadOnlyList<PolicyDiagnostic> diagnostics, candidate)
        ?? throw new UsageException(string.Join(NextError, diagnostics));

    /// <summary>A bundle in a few words: name, revision, address.</summary>
    public static string Describe(PolicyBundle bundle) => $"{NameOf(bundle)}{RevisionOf(bundle)} {CanonicalForm.Address(bundle)}";

    /// <summary>Its name; that it has none where none is stated.</summary>
    public static string NameOf(PolicyBundle bundle) => bundle.Metadata.Name ?? "(unnamed)";

    private static string RevisionOf(PolicyBundle bundle) =>
        bundle.Metadata.Revision == 0 ? "" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $" revision {bundle.Metadata.Revision}");
}
