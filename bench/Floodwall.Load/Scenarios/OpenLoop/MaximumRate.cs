using Floodwall.Load.Measuring;
using Floodwall.Pipeline;

namespace Floodwall.Load.Scenarios.OpenLoop;

/// <summary>What the wall takes at most with the same sender and the same handler as in the open loops that follow.</summary>
internal static class MaximumRate
{
    private const int Attempts = 3;

    /// <summary>Intents a second, the median of three runs of about the given time behind a first one that warms up.</summary>
    public static double Measure(LoadContext context, OpenLoopRun run, Topology topology, long settling, double seconds) => Measure(
        context,
        "the wall",
        intents => run.Run("maximum", new OpenLoop(topology, WaitMode.Balanced, OpenLoop.Unbounded, settling, intents)).ToldPerSecond,
        settling,
        seconds);

    /// <summary>The same of whatever takes intents.</summary>
    /// <param name="context">The scenario's.</param>
    /// <param name="who">What it is, for the progress line.</param>
    /// <param name="told">Sends so many intents as fast as they are taken; returns how many were answered a second.</param>
    /// <param name="settling">Intents of the first run.</param>
    /// <param name="seconds">Seconds of each run behind it.</param>
    public static double Measure(LoadContext context, string who, Func<long, double> told, long settling, double seconds)
    {
        context.Progress.Show($"the most that {who} takes");
        long intents = settling;
        double perSecond = 0;
        List<double> rates = [];
        for (int attempt = 0; attempt <= (context.Options.Smoke ? 0 : Attempts); attempt++)
        {
            perSecond = told(intents);
            if (attempt > 0)
            {
                rates.Add(perSecond);
            }

            intents = Math.Clamp((long)(perSecond * seconds), settling, 40_000_000);
        }

        return rates.Count == 0 ? perSecond : Statistics.Of(rates).Median;
    }
}
