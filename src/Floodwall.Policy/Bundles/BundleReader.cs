using Floodwall.Crypto;
using Floodwall.Policy.Reading;
using Floodwall.Policy.Yaml;

namespace Floodwall.Policy;

/// <summary>What came of reading policy files.</summary>
/// <param name="Bundle">The bundle; null where there is an error.</param>
/// <param name="Diagnostics">Errors and warnings, in the order of files, lines and columns.</param>
public sealed record BundleReadResult(PolicyBundle? Bundle, IReadOnlyList<PolicyDiagnostic> Diagnostics)
{
    /// <summary>What opening it as a signed bundle found; null where it is none.</summary>
    public SignedBundleStatus? Signature { get; init; }

    /// <summary>The trusted keys whose signatures verified; empty where it is no signed bundle.</summary>
    public IReadOnlyList<VerifierKey> VerifiedBy { get; init; } = [];
}

/// <summary>
/// Reads policy bundles (docs/policies.md). Whatever is wrong with the files becomes diagnostics; nothing is thrown. Time and
/// memory are bounded by <see cref="BundleLimits"/>.
/// </summary>
public static class BundleReader
{
    private static readonly string[] Extensions = [".yaml", ".yml"];

    /// <summary>Reads files as one bundle, in the order given.</summary>
    public static BundleReadResult Read(IReadOnlyList<BundleSource> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        var diagnostics = new DiagnosticBag();
        var roots = new List<YamlNode>();
        long bytes = 0;
        if (files.Count is 0 or > BundleLimits.MaxFiles)
        {
            diagnostics.Error(
                SourcePosition.Of(files.Count == 0 ? "policies" : files[0].Name),
                $"expected 1 to {BundleLimits.MaxFiles} policy files, got {files.Count}");
            return Result(null, diagnostics, files);
        }

        foreach (BundleSource file in files)
        {
            bytes += file.Content.Length;
            if (bytes > BundleLimits.MaxBytes)
            {
                diagnostics.Error(SourcePosition.Of(file.Name), TooLarge);
                return Result(null, diagnostics, files);
            }
        }

        foreach (BundleSource file in files)
        {
            if (SignedBundle.IsSigned(file.Content.Span))
            {
                diagnostics.Error(
                    SourcePosition.Of(file.Name),
                    "expected a policy file, got a signed bundle, which has to be opened with the keys that may sign it");
                continue;
            }

            if (SourceText.Decode(file, diagnostics) is string text && YamlGate.Read(file.Name, text, diagnostics) is YamlNode root)
            {
                roots.Add(root);
            }
        }

        PolicyBundle? bundle = roots.Count == files.Count ? new BundleAssembler(diagnostics).Assemble(roots) : null;
        return Result(bundle, diagnostics, files);
    }

    /// <summary>
    /// Reads a file, or a folder's <c>*.yaml</c> and <c>*.yml</c> files in ordinal order of their names (folders in it, and tests as in
    /// <c>*.test.yaml</c>, are passed over). What cannot be read is a diagnostic too.
    /// </summary>
    public static BundleReadResult ReadPath(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            return Directory.Exists(path) ? ReadFolder(path) : ReadFiles([path]);
        }
        catch (Exception error) when (IsUnreadable(error))
        {
            return Failure(path, "expected a readable file or folder: " + error.Message);
        }
    }

    /// <summary>
    /// The same, where signatures may be asked for: a file that is a signed bundle is opened with the trusted keys, anything else
    /// is read unless <see cref="BundleTrust.RequireSigned"/>.
    /// </summary>
    /// <param name="path">A signed bundle, a policy file, or a folder of policy files.</param>
    /// <param name="trust">What the one who loads asks for.</param>
    /// <param name="lastRevision">The revision in use, which a signed bundle has to be above; 0 where there is none.</param>
    public static BundleReadResult ReadPath(string path, BundleTrust trust, ulong lastRevision)
    {
        ArgumentNullException.ThrowIfNull(trust);
        return ReadPath(path, trust, bytes => SignedBundle.Open(bytes, trust.Keys, lastRevision, trust.ExpectedName));
    }

    /// <summary>The same, where a signed bundle has to be newer than what judged before under its name.</summary>
    /// <param name="path">A signed bundle, a policy file, or a folder of policy files.</param>
    /// <param name="trust">What the one who loads asks for.</param>
    /// <param name="recorded">The bundles of the wall's ledger.</param>
    public static BundleReadResult ReadPath(string path, BundleTrust trust, RecordedBundles recorded)
    {
        ArgumentNullException.ThrowIfNull(trust);
        return ReadPath(path, trust, bytes => SignedBundle.Open(bytes, trust.Keys, recorded, trust.ExpectedName));
    }

    private static BundleReadResult ReadPath(string path, BundleTrust trust, Func<byte[], SignedBundleResult> open)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            if (!Directory.Exists(path) && Bytes(path, BundleLimits.MaxBytes) is byte[] bytes && SignedBundle.IsSigned(bytes))
            {
                if (trust.Keys.Count == 0)
                {
                    BundleReadResult closed = Failure(path, "expected a key that may sign bundles, since this one is signed; got none");
                    return closed with { Signature = SignedBundleStatus.NoKnownKey };
                }

                SignedBundleResult opened = open(bytes);
                return opened.IsGood
                    ? new BundleReadResult(opened.Bundle, []) { Signature = opened.Status, VerifiedBy = opened.VerifiedBy }
                    : Failure(path, $"expected a signed bundle that is trusted: {opened.Error}") with { Signature = opened.Status };
            }
        }
        catch (Exception error) when (IsUnreadable(error))
        {
            return Failure(path, "expected a readable file or folder: " + error.Message);
        }

        return trust.RequireSigned ? Failure(path, "expected a signed bundle, since this configuration takes no other") : ReadPath(path);
    }

    private static bool IsUnreadable(Exception error) =>
        error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException;

    /// <summary>Whether a file beside a bundle's holds its tests.</summary>
    private static bool IsTest(string path) => Path.GetFileNameWithoutExtension(path).EndsWith(".test", StringComparison.Ordinal);

    private static string TooLarge => $"expected at most {BundleLimits.MaxBytes} bytes of policy files";

    private static BundleReadResult ReadFolder(string folder)
    {
        string[] paths = [.. Directory.EnumerateFiles(folder)
            .Where(path => Extensions.Contains(Path.GetExtension(path), StringComparer.Ordinal) && !IsTest(path))
            .Take(BundleLimits.MaxFiles + 1)];
        if (paths.Length is 0 or > BundleLimits.MaxFiles)
        {
            return Failure(folder, paths.Length == 0
                ? "expected *.yaml or *.yml files in the folder, got none"
                : $"expected at most {BundleLimits.MaxFiles} policy files in the folder");
        }

        Array.Sort(paths, (a, b) => string.CompareOrdinal(Path.GetFileName(a), Path.GetFileName(b)));
        return ReadFiles(paths);
    }

    private static BundleReadResult ReadFiles(string[] paths)
    {
        var files = new List<BundleSource>();
        int left = BundleLimits.MaxBytes;
        foreach (string path in paths)
        {
            if (Bytes(path, left) is not byte[] content)
            {
                return Failure(path, TooLarge);
            }

            left -= content.Length;
            files.Add(new BundleSource(path, content));
        }

        return Read(files);
    }

    /// <summary>The bytes of a file, or null where there are more than <paramref name="max"/>.</summary>
    private static byte[]? Bytes(string path, int max)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (stream.CanSeek && stream.Length > max)
        {
            return null;
        }

        // A pipe or a device has no length, and a file can grow: what counts is what comes.
        using var content = new MemoryStream();
        byte[] buffer = new byte[64 << 10];
        for (int read = stream.Read(buffer); read > 0; read = stream.Read(buffer))
        {
            if (content.Length + read > max)
            {
                return null;
            }

            content.Write(buffer, 0, read);
        }

        return content.ToArray();
    }

    private static BundleReadResult Failure(string path, string message) =>
        new(null, [new PolicyDiagnostic(path, 0, 0, DiagnosticSeverity.Error, message)]);

    private static BundleReadResult Result(PolicyBundle? bundle, DiagnosticBag diagnostics, IReadOnlyList<BundleSource> files) =>
        new(bundle, diagnostics.ToList([.. files.Select(file => file.Name)]));
}
