using Floodwall.Crypto;

namespace Floodwall.Policy;

/// <summary>What the one who loads bundles asks of them. Local configuration: no bundle can loosen it.</summary>
/// <param name="RequireSigned">Whether only signed bundles are taken.</param>
/// <param name="Keys">The keys that may sign bundles.</param>
/// <param name="ExpectedName">The name that a signed bundle has to have, since revisions count per name; null for any.</param>
public sealed record BundleTrust(bool RequireSigned, IReadOnlyList<VerifierKey> Keys, string? ExpectedName = null);
