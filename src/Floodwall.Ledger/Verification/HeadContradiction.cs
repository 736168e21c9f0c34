namespace Floodwall.Ledger;

/// <summary>Compares what a walk found with a tree head that somebody signed.</summary>
internal static class HeadContradiction
{
    /// <summary>
    /// How the log contradicts the head: it is shorter, has another root at that size, or holds what no crash leaves behind. Null where
    /// it does not. The head's size must be among those that the walk was asked for.
    /// </summary>
    public static LedgerProblem? Find(LedgerWalk walk, TreeHead head)
    {
        if (walk.Problem is { } problem && (problem.Foreign || problem.DetectedAt < head.Size))
        {
            return problem;
        }

        if (head.Size < walk.PrunedSize)
        {
            return LedgerProblem.Beside(
                $"{walk.PrunedSize} entries were pruned, which only follows a checkpoint over as many; the one here covers {head.Size}");
        }

        if (walk.OpenLinks is [OpenLink open, ..] && open.Index < head.Size)
        {
            return LedgerProblem.At(
                open.Index, open.Segment, open.DigestOffset, $"it is a link without its digest, but {head.Size} entries were signed");
        }

        if (!walk.TryGetRoot(head.Size, out Crypto.Hash256 root))
        {
            return LedgerProblem.At(
                walk.Size, Math.Max(walk.EndSegment, 0), walk.EndOffset, $"it is missing: the log ends here, but {head.Size} entries were signed");
        }

        if (root == head.Root)
        {
            return null;
        }

        ulong last = head.Size == 0 ? 0 : head.Size - 1;
        ulong first = last - (last % LedgerLimits.EntriesPerBundle);
        return LedgerProblem.InRange(
            first,
            last,
            head.Size,
            $"the root over {head.Size} entries is {root.ToBase64()}, but {head.Root.ToBase64()} was signed; every earlier bundle "
            + "matches the link behind it, so either these entries were changed or the log was rewritten as a whole"
            + (walk.PrunedSize > 0 ? ", or what stands for the pruned entries is not what was pruned" : ""));
    }
}
