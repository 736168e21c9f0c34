using Floodwall.Cli.Commands;
using Floodwall.Pipeline;
using Floodwall.Policy;

namespace Floodwall.Cli.Bundles;

/// <summary>Policy bundles as commands take them: a file or a folder, which has to be right.</summary>
internal static class BundleFile
{
    /// <summary>Reads a bundle and checks its conditions.</summary>
    /// <param name="path">A file, or a folder of them.</param>
    /// <param name="warnings">Told of each warning, one line.</param>
    /// <exception cref="UsageException">It cannot be used; the message has a line for each error, with file, line and column.</exception>
    public static PolicyBundle Require(string path, Action<string>? warnings = null)
    {
        BundleReadResult read = BundleReader.ReadPath(path);
        PolicyBundle? bundle = read.Bundle;
        IReadOnlyList<PolicyDiagnostic> diagnostics = read.Diagnostics;
        if (bundle is not null && BundlePolicy.TryCreate(bundle, new Vocabulary(), out IReadOnlyList<PolicyDiagnostic> conditions) is null)
        {
            (bundle, diagnostics) = (null, [.. diagnostics, .. conditions]);
        }

        if (bundle is null)
        {
            throw new UsageException(string.Join("\nfloodwall: ", diagnostics.Where(one => one.Severity == DiagnosticSeverity.Error)));
        }

        foreach (PolicyDiagnostic warning in diagnostics)
        {
            warnings?.Invoke(warning.ToString());
        }

        return bundle;
    }

    /// <summary>A bundle to be judged without a wall.</summary>
    public static PolicyTrial Trial(PolicyBundle bundle, GateContext context) =>
        PolicyTrial.TryCreate(bundle, context, out IReadOnlyList<PolicyDiagnostic> diagnostics)
        ?? throw new UsageException(string.Join("\nfloodwall: ", diagnostics));

    /// <summary>A bundle in a few words: name, revision, address.</summary>
    public static string Describe(PolicyBundle bundle) => $"{NameOf(bundle)}{RevisionOf(bundle)} {CanonicalForm.Address(bundle)}";

    /// <summary>Its name; that it has none where none is stated.</summary>
    public static string NameOf(PolicyBundle bundle) => bundle.Metadata.Name ?? "(unnamed)";

    private static string RevisionOf(PolicyBundle bundle) =>
        bundle.Metadata.Revision == 0 ? "" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $" revision {bundle.Metadata.Revision}");
}
