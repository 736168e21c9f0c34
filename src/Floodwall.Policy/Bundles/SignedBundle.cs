using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Floodwall.Crypto;

namespace Floodwall.Policy;

/// <summary>What opening a signed bundle found.</summary>
public enum SignedBundleStatus
{
    /// <summary>A known key signed it, it is a bundle, and its revision is newer than the last.</summary>
    Good,

    /// <summary>The bytes are no signed note, or its text is no signed bundle.</summary>
    Malformed,

    /// <summary>No signature is by a known key.</summary>
    NoKnownKey,

    /// <summary>A signature that names a known key does not verify.</summary>
    BadSignature,

    /// <summary>The text's address is not that of the bundle in it, or name or revision are not the bundle's own.</summary>
    Contradiction,

    /// <summary>What was signed cannot be read as a bundle in canonical form.</summary>
    InvalidBundle,

    /// <summary>It is a bundle by another name than the one expected.</summary>
    WrongName,

    /// <summary>Its revision is not above the last one: an old bundle is played again.</summary>
    NotNewer,
}

/// <summary>The result of opening a signed bundle.</summary>
/// <param name="Status">What was found.</param>
/// <param name="Bundle">The bundle; null unless <see cref="IsGood"/>.</param>
/// <param name="Address">Its content address; null where the text could not be read that far.</param>
/// <param name="VerifiedBy">The known keys whose signatures verified; empty where none did.</param>
/// <param name="Error">What is wrong; null where <see cref="IsGood"/>.</param>
public sealed record SignedBundleResult(
    SignedBundleStatus Status, PolicyBundle? Bundle, string? Address, IReadOnlyList<VerifierKey> VerifiedBy, string? Error)
{
    /// <summary>Whether the bundle may be used.</summary>
    [MemberNotNullWhen(true, nameof(Bundle))]
    public bool IsGood => Status == SignedBundleStatus.Good;
}

/// <summary>
/// A bundle as a signed note (C2SP signed-note). Its text has five lines: <c>floodwall-policy/v1</c>, the bundle's name, its
/// revision in decimal, its content address, and its canonical form.
/// </summary>
/// <remarks>
/// Whether bundles have to be signed, and by whom, is for the one who loads them to say, never for the bundle. The revision is
/// in the text so that a validly signed older bundle is not taken again.
/// </remarks>
public static class SignedBundle
{
    /// <summary>The first line.</summary>
    public const string Header = "floodwall-policy/v1";

    private const int Lines = 5;

    /// <summary>Whether bytes begin as a signed bundle does.</summary>
    public static bool IsSigned(ReadOnlySpan<byte> bytes) => bytes.StartsWith("floodwall-policy/v1\n"u8);

    /// <summary>Signs a bundle.</summary>
    /// <exception cref="ArgumentException">
    /// There is no signer, the bundle has no name or no revision, or the note would exceed <see cref="SignedNote.MaxBytes"/>.
    /// </exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">Signing failed.</exception>
    public static byte[] Sign(PolicyBundle bundle, params IReadOnlyList<ISigner> signers)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentNullException.ThrowIfNull(signers);
        if (bundle.Metadata.Name is not string name || bundle.Metadata.Revision == 0)
        {
            throw new ArgumentException("a bundle needs a name and a revision to be signed", nameof(bundle));
        }

        if (signers.Count is 0 or > SignedNote.MaxSignatures)
        {
            throw new ArgumentException(
                $"a bundle is signed by 1 to {SignedNote.MaxSignatures} keys, got {signers.Count}", nameof(signers));
        }

        byte[] canonical = CanonicalForm.ToBytes(bundle);
        string revision = bundle.Metadata.Revision.ToString(CultureInfo.InvariantCulture);
        string text = $"{Header}\n{name}\n{revision}\n{CanonicalForm.AddressOf(canonical)}\n{Encoding.UTF8.GetString(canonical)}\n";
        byte[] message = Encoding.UTF8.GetBytes(text);
        var note = new StringBuilder(text).Append('\n');
        byte[] signature = new byte[4 + 64];
        foreach (ISigner signer in signers)
        {
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(signature, signer.KeyId);
            signer.Sign(message, signature.AsSpan(4));
            note.Append("\u2014 ").Append(signer.Name).Append(' ').Append(Convert.ToBase64String(signature)).Append('\n');
        }

        byte[] bytes = Encoding.UTF8.GetBytes(note.ToString());
        return bytes.Length <= SignedNote.MaxBytes
            ? bytes
            : throw new ArgumentException(
                $"the signed bundle is {bytes.Length} bytes; at most {SignedNote.MaxBytes} are allowed", nameof(bundle));
    }

    /// <summary>Verifies and reads a signed bundle. Never throws for what the bytes are.</summary>
    /// <param name="bytes">The note.</param>
    /// <param name="knownKeys">The keys that may sign bundles.</param>
    /// <param name="lastRevision">The revision in use; 0 where there is none. The new one has to be above it.</param>
    /// <param name="expectedName">The name the bundle has to have, since revisions count per name; null for any.</param>
    public static SignedBundleResult Open(
        ReadOnlySpan<byte> bytes, IReadOnlyList<VerifierKey> knownKeys, ulong lastRevision, string? expectedName = null) => Open(
        bytes, knownKeys, (_, revision, _) => revision > lastRevision ? null : $"expected a revision above {lastRevision}, got {revision}", expectedName);

    /// <summary>Verifies and reads a signed bundle, which has to be newer than what judged before under its name.</summary>
    /// <param name="bytes">The note.</param>
    /// <param name="knownKeys">The keys that may sign bundles.</param>
    /// <param name="recorded">The bundles that judged before, see <see cref="RecordedBundle.Refuse"/>.</param>
    /// <param name="expectedName">The name the bundle has to have; null for any.</param>
    public static SignedBundleResult Open(
        ReadOnlySpan<byte> bytes, IReadOnlyList<VerifierKey> knownKeys, RecordedBundles recorded, string? expectedName = null)
    {
        ArgumentNullException.ThrowIfNull(recorded);
        return Open(bytes, knownKeys, (name, revision, address) => recorded.Find(name)?.Refuse(revision, address), expectedName);
    }

    private static SignedBundleResult Open(
        ReadOnlySpan<byte> bytes, IReadOnlyList<VerifierKey> knownKeys, Func<string, ulong, string, string?> refuse, string? expectedName)
    {
        ArgumentNullException.ThrowIfNull(knownKeys);
        NoteVerification note = SignedNote.Open(bytes, knownKeys);
        if (!note.IsGood)
        {
            SignedBundleStatus status = note.Status switch
            {
                NoteStatus.NoKnownKey => SignedBundleStatus.NoKnownKey,
                NoteStatus.BadSignature => SignedBundleStatus.BadSignature,
                _ => SignedBundleStatus.Malformed,
            };
            string? error = status == SignedBundleStatus.Malformed
                ? $"the file is no whole signed bundle: it was cut off or changed on the way, so fetch or sign it again ({note.Error})"
                : note.Error;
            return new SignedBundleResult(status, null, null, [], error);
        }

        string[] lines = note.Note!.Text.Split('\n');
        SignedBundleResult Refuse(SignedBundleStatus status, string error) =>
            new(status, null, lines.Length > 3 ? lines[3] : null, note.VerifiedBy, error);

        // The text ends in a line feed, behind which Split sees one more, empty line.
        if (lines.Length != Lines + 1 || lines[0] != Header)
        {
            return Refuse(SignedBundleStatus.Malformed, $"the text is not five lines that begin with {Header}");
        }

        if (!ulong.TryParse(lines[2], NumberStyles.None, CultureInfo.InvariantCulture, out ulong revision)
            || revision.ToString(CultureInfo.InvariantCulture) != lines[2])
        {
            return Refuse(SignedBundleStatus.Malformed, $"the revision is no decimal number: {BundleText.Quoted(lines[2])}");
        }

        byte[] canonical = Encoding.UTF8.GetBytes(lines[4]);
        if (CanonicalForm.AddressOf(canonical) != lines[3])
        {
            return Refuse(SignedBundleStatus.Contradiction, "the content address is not that of the bundle");
        }

        if (!CanonicalForm.TryRead(canonical, lines[1], out PolicyBundle? bundle, out BundleReadResult result))
        {
            PolicyDiagnostic first = result.Diagnostics.First(found => found.Severity == DiagnosticSeverity.Error);
            return Refuse(SignedBundleStatus.InvalidBundle, first.ToString());
        }

        return bundle.Metadata.Name != lines[1] || bundle.Metadata.Revision != revision
            ? Refuse(SignedBundleStatus.Contradiction, "name or revision are not the bundle's own")
            : expectedName is not null && expectedName != lines[1]
                ? Refuse(
                    SignedBundleStatus.WrongName,
                    $"expected the bundle {BundleText.Quoted(expectedName)}, got {BundleText.Quoted(lines[1])}")
                : refuse(lines[1], revision, lines[3]) is string older
                    ? Refuse(SignedBundleStatus.NotNewer, older)
                    : new SignedBundleResult(SignedBundleStatus.Good, bundle, lines[3], note.VerifiedBy, null);
    }
}
