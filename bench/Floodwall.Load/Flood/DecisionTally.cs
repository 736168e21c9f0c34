using System.Diagnostics;
using Floodwall.Load.Measuring;
using Floodwall.Pipeline;

namespace Floodwall.Load.Flood;

/// <summary>The decision handler of a measured wall: counts and adds up, and takes the time of the last decision itself.</summary>
internal sealed class DecisionTally : IDecisionHandler
{
    private long _told;
    private long _target = long.MaxValue;
    private long _reachedAt;

    /// <summary>Outcomes told.</summary>
    public long Told => Volatile.Read(ref _told);

    /// <summary>Whether the target was reached.</summary>
    public bool IsReached => Volatile.Read(ref _reachedAt) != 0;

    /// <summary>Sum of the ids of everything told, modulo 2^64.</summary>
    public ulong IdSum { get; private set; }

    /// <summary>Sum of the ids of what the gate decided.</summary>
    public ulong DecidedIdSum { get; private set; }

    /// <summary>What the gate decided.</summary>
    public long Decided { get; private set; }

    /// <summary>What may go ahead.</summary>
    public long Admitted { get; private set; }

    /// <summary>Sets how many are to be told in all before <see cref="Wait(FloodwallPipeline)"/> returns.</summary>
    public void Aim(long told)
    {
        Volatile.Write(ref _reachedAt, 0);
        Volatile.Write(ref _target, told);
    }

    public void OnDecision(in Intent intent, in Decision decision)
    {
        IdSum += intent.Id;
        if (decision.Outcome == Outcome.Decided)
        {
            Decided++;
            DecidedIdSum += intent.Id;
            Admitted += decision.IsAdmitted ? 1 : 0;
        }

        long told = _told + 1;
        Volatile.Write(ref _told, told);
        if (told == _target)
        {
            Volatile.Write(ref _reachedAt, Stopwatch.GetTimestamp());
        }
    }

    /// <summary>Waits until the target is reached; returns the timestamp taken on the ledger's thread.</summary>
    public long Wait(FloodwallPipeline pipeline) => Wait(() => pipeline.Fault);

    /// <summary>Waits until the target is reached; returns the timestamp taken where the last one was told.</summary>
    /// <param name="fault">What made the one that is to tell fail; null where nothing did.</param>
    public long Wait(Func<Exception?> fault)
    {
        long at;
        while ((at = Volatile.Read(ref _reachedAt)) == 0)
        {
            if (fault() is { } failure)
            {
                throw new WrongAnswerException($"the wall failed: {failure.Message}");
            }

            Thread.Sleep(1);
        }

        return at;
    }
}
