using Floodwall.Crypto;

namespace Floodwall.Ledger;

/// <summary>A link whose digest is still to be filled in.</summary>
/// <param name="Index">Its index.</param>
/// <param name="Segment">The segment it stands in.</param>
/// <param name="DigestOffset">Where its digest begins there.</param>
/// <param name="Digest">What it is to state.</param>
internal readonly record struct OpenLink(ulong Index, int Segment, long DigestOffset, Hash256 Digest);
