namespace Floodwall.Load.Measuring;

/// <summary>A configuration to be measured. A call is one run, checked, and gives one reading for each series it feeds.</summary>
internal sealed record Candidate(string Name, Func<IReadOnlyList<Reading>> Run);

/// <summary>
/// Runs candidates in rounds (A, B, C, A, B, C …), so that what disturbs the machine for a while disturbs all of them. The first
/// round warms up: it is kept and shown, and counts for nothing.
/// </summary>
internal sealed class Runner(int runs, bool warmUp, Progress progress)
{
    public IReadOnlyList<Series> Run(IReadOnlyList<Candidate> candidates)
    {
        Dictionary<string, Series> series = [];
        List<Series> inOrder = [];
        for (int round = warmUp ? 0 : 1; round <= runs; round++)
        {
            for (int at = 0; at < candidates.Count; at++)
            {
                progress.Show($"{(round == 0 ? "warm-up" : $"run {round} of {runs}")}: {candidates[at].Name} ({at + 1} of {candidates.Count})");
                Settle();
                foreach (Reading reading in candidates[at].Run())
                {
                    if (!series.TryGetValue(reading.Series, out Series? one))
                    {
                        series.Add(reading.Series, one = new Series(reading.Series));
                        inOrder.Add(one);
                    }

                    (round == 0 ? one.WarmUp : one.Runs).Add(reading);
                }
            }
        }

        return inOrder;
    }

    // The garbage of opening and checking is not the next candidate's.
    private static void Settle()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }
}
