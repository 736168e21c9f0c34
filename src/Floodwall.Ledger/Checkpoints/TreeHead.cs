using Floodwall.Crypto;

namespace Floodwall.Ledger;

/// <summary>A size of the log and the RFC 6962 root of that many entries.</summary>
/// <param name="Size">Entries.</param>
/// <param name="Root">Root of the tree over them.</param>
public readonly record struct TreeHead(ulong Size, Hash256 Root);
