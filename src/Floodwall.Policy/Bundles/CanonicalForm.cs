using System.Diagnostics.CodeAnalysis;
using Floodwall.Crypto;
using Floodwall.Policy.Canonical;

namespace Floodwall.Policy;

/// <summary>
/// One spelling for one meaning: a bundle as JSON in the form of RFC 8785, every default written out, the order of keys and
/// everything else that means nothing taken away. It is a policy file itself, and reading it gives the same bundle.
/// </summary>
/// <remarks>
/// The order of policies, rules and exemptions stays, since it decides which of several reasons is given. Integers keep their
/// digits also beyond 2^53, where RFC 8785 would ask for a string.
/// </remarks>
public static class CanonicalForm
{
    /// <summary>What a content address begins with.</summary>
    public const string AddressPrefix = "sha256:";

    /// <summary>The canonical form in UTF-8, on one line without a line feed.</summary>
    public static byte[] ToBytes(PolicyBundle bundle)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        return CanonicalJson.Write(BundleJson.Of(bundle));
    }

    /// <summary>The content address: <c>sha256:</c> and the SHA-256 of the canonical form in 64 lowercase hexadecimal digits.</summary>
    public static string Address(PolicyBundle bundle) => AddressOf(ToBytes(bundle));

    /// <summary>Reads a canonical form back.</summary>
    /// <returns>
    /// False where the bytes are no bundle, or are a bundle in another spelling than its canonical one; <paramref name="result"/>
    /// says what is wrong.
    /// </returns>
    public static bool TryRead(
        ReadOnlyMemory<byte> utf8, string name, [NotNullWhen(true)] out PolicyBundle? bundle, out BundleReadResult result)
    {
        ArgumentNullException.ThrowIfNull(name);
        result = BundleReader.Read([new BundleSource(name, utf8)]);
        bundle = result.Bundle;
        if (bundle is not null && !utf8.Span.SequenceEqual(ToBytes(bundle)))
        {
            bundle = null;
            const string Message = "expected the canonical form of the bundle, got another spelling of it";
            result = new BundleReadResult(null, [new PolicyDiagnostic(name, 1, 1, DiagnosticSeverity.Error, Message)]);
        }

        return bundle is not null;
    }

    internal static string AddressOf(ReadOnlySpan<byte> canonical) => AddressPrefix + Sha256.Hash(canonical).ToHex();
}
