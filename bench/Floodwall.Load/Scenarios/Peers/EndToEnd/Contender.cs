using Floodwall.Load.Flood;
using Floodwall.Load.Measuring;
using Floodwall.Load.Scenarios.OpenLoop;

namespace Floodwall.Load.Scenarios.Peers.EndToEnd;

/// <summary>Somebody who answers a flood: the wall in one of its forms, or what is assembled in its place.</summary>
internal abstract class Contender(AnswerTally tally) : IDisposable
{
    // Short calls, so that the JIT compiles the loop itself for good.
    private const long Chunk = 1024;

    /// <summary>Submits so many from the calling thread; returns when the last one was told.</summary>
    /// <returns>The timestamp at which it was told.</returns>
    public long Run(long intents)
    {
        tally.Counts.Aim(tally.Counts.Told + intents);
        for (long left = intents; left > 0; left -= Chunk)
        {
            Submit(Math.Min(left, Chunk));
        }

        return tally.Counts.Wait(Fault);
    }

    /// <summary>Closes, and holds what was recorded against what was told.</summary>
    /// <param name="submitted">Intents submitted in all.</param>
    /// <param name="record">What the record proves.</param>
    /// <exception cref="WrongAnswerException">Not everything was told, or something else was recorded than told.</exception>
    public FloodAnswer CloseAndProve(long submitted, out string record)
    {
        record = CloseAndRead(tally);
        WrongAnswerException.ThrowUnlessEqual(submitted, tally.Counts.Told, "outcomes told");
        WrongAnswerException.ThrowUnlessEqual(tally.Counts.Decided, tally.Answer.Decided, "decisions by verdict");
        return tally.Answer;
    }

    /// <summary>Checkpoints that it signed between two timestamps.</summary>
    public virtual int SignedBetween(long from, long until) => 0;

    public abstract void Dispose();

    protected static void SubmitTo<TTarget>(TTarget target, IntentStream stream, long intents)
        where TTarget : struct, IIntentTarget
    {
        for (; intents > 0; intents--)
        {
            target.Submit(in stream.Next());
        }
    }

    protected abstract void Submit(long intents);

    protected abstract Exception? Fault();

    /// <summary>Closes; checks the record against the tally; says what it proves.</summary>
    protected abstract string CloseAndRead(AnswerTally told);
}
