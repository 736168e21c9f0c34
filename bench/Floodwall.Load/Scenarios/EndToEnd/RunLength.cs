namespace Floodwall.Load.Scenarios.EndToEnd;

/// <summary>Finds out how many intents a run of so many seconds takes, from runs as warm as the ones that will count.</summary>
internal static class RunLength
{
    // A rate read from less of a run than this says too little about the whole.
    private const double Enough = 1.0 / 3;
    private const double MostGrowth = 10;
    private const int LeastRuns = 3;
    private const long Granule = 1000;

    /// <summary>
    /// The intents of a run that lasts about so many seconds. A first run is thrown away: it compiles the code. Then each is as long as the
    /// fastest before says, until there were three and one lasted at least a third of what is wanted: what disturbs one of them does not
    /// make the runs that count too short.
    /// </summary>
    /// <param name="seconds">Seconds wanted.</param>
    /// <param name="first">Intents of the first runs, and the least.</param>
    /// <param name="most">The most intents, however short they are.</param>
    /// <param name="run">Runs so many; returns the seconds that they took.</param>
    public static long Find(double seconds, long first, long most, Func<long, double> run)
    {
        run(first);
        long intents = first;
        double fastest = double.MaxValue;
        for (int runs = 1; ; runs++)
        {
            double taken = run(intents);
            fastest = Math.Min(fastest, taken / intents);
            long next = Math.Clamp((long)Math.Min(seconds / fastest, intents * MostGrowth) / Granule * Granule, first, most);
            if (runs >= LeastRuns && (taken >= seconds * Enough || next <= intents))
            {
                return next;
            }

            intents = next;
        }
    }
}
