namespace Floodwall.Ledger;

/// <summary>The rules that an entry must keep to at its place in the log, apart from hashes.</summary>
internal static class EntryForm
{
    /// <summary>Checks an entry of 7 bytes or more; null where it keeps the rules, else what is wrong.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="expectedIndex">The index that its place gives it.</param>
    /// <param name="genesis">The genesis entry, where this is one and can be read.</param>
    public static string? Check(ReadOnlySpan<byte> entry, ulong expectedIndex, out GenesisEntry? genesis)
    {
        genesis = null;
        ulong index = EntryFrame.ReadIndex(entry);
        byte kind = entry[0];
        bool ordinary = index == expectedIndex && kind >= LedgerLimits.FirstCallerKind && index % LedgerLimits.EntriesPerBundle != 0;
        return ordinary ? null : CheckOther(entry, index, expectedIndex, out genesis);
    }

    private static string? CheckOther(ReadOnlySpan<byte> entry, ulong index, ulong expectedIndex, out GenesisEntry? genesis)
    {
        genesis = null;
        byte kind = entry[0];
        ReadOnlySpan<byte> payload = entry[LedgerLimits.EntryHeaderBytes..];
        if (index != expectedIndex)
        {
            return $"it states index {index}";
        }

        if (index == 0)
        {
            if (kind != EntryKinds.Genesis)
            {
                return $"its kind is 0x{kind:x2}; entry 0 must be the genesis entry";
            }

            GenesisEntry.TryDecode(payload, out genesis, out string? problem);
            return problem;
        }

        return index % LedgerLimits.EntriesPerBundle == 0 ? CheckLink(kind, payload, index / LedgerLimits.EntriesPerBundle) : kind switch
        {
            EntryKinds.Recovery => RecoveryEntry.TryDecode(payload) is null ? "the recovery entry is too short" : null,
            EntryKinds.Key => KeyEntry.TryDecode(payload, out _, out string? malformed) ? null : malformed,
            EntryKinds.Genesis or EntryKinds.Link => $"an entry of kind 0x{kind:x2} does not belong here",
            _ => $"its kind 0x{kind:x2} is not known to format version {LedgerLimits.FormatVersion}",
        };
    }

    private static string? CheckLink(byte kind, ReadOnlySpan<byte> payload, ulong bundle) =>
        kind != EntryKinds.Link ? $"its kind is 0x{kind:x2}; the first entry of a bundle must be a link"
        : !LinkEntry.TryDecode(payload, out LinkEntry link) ? $"a link has {LinkEntry.PayloadBytes} bytes of payload, not {payload.Length}"
        : link.Bundle != bundle ? $"the link states bundle {link.Bundle}; it opens bundle {bundle}"
        : null;
}
