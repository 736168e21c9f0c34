using System.Diagnostics;
using Floodwall.Load.Measuring;
using Floodwall.Pipeline;

namespace Floodwall.Load.Scenarios.OpenLoop;

/// <summary>
/// Callers that wait for Durable and Signed in turn, by SubmitAsync: takes the time from when an intent was due to when its caller goes on, on a
/// thread of the pool. The waits are made beforehand; waiting allocates nothing.
/// </summary>
internal sealed class TierWaiters
{
    private readonly FloodwallPipeline _pipeline;
    private readonly Lock _gate = new();
    private readonly Wait[] _free;
    private int _freeCount;
    private bool _signedNext;
    private Exception? _failure;

    /// <param name="pipeline">The wall.</param>
    /// <param name="capacity">The most that wait at once; a sender that meets it waits, and falls behind.</param>
    public TierWaiters(FloodwallPipeline pipeline, int capacity)
    {
        _pipeline = pipeline;
        _free = [.. Enumerable.Range(0, capacity).Select(_ => new Wait(this))];
        _freeCount = capacity;
    }

    /// <summary>Times until Durable, in timestamps.</summary>
    public LatencyHistogram Durable { get; } = new();

    /// <summary>Times until Signed.</summary>
    public LatencyHistogram Signed { get; } = new();

    /// <summary>Refused at admission; they reach no tier.</summary>
    public long Refused { get; private set; }

    /// <summary>Submitted.</summary>
    public long Submitted { get; private set; }

    /// <summary>Submits one, waiting for room where there is none.</summary>
    public void Submit(in Intent intent, long due)
    {
        Wait wait = Take();
        AckTier tier = _signedNext ? AckTier.Signed : AckTier.Durable;
        _signedNext = !_signedNext;
        Submitted++;
        while (!wait.TryStart(_pipeline, in intent, tier, due))
        {
            Thread.Yield();
        }
    }

    /// <summary>Waits until everyone has an answer.</summary>
    /// <exception cref="WrongAnswerException">A wait failed.</exception>
    public void Await()
    {
        while (true)
        {
            lock (_gate)
            {
                WrongAnswerException.ThrowUnless(_failure is null, $"a caller's wait failed: {_failure?.Message}");
                if (_freeCount == _free.Length)
                {
                    return;
                }
            }

            Thread.Sleep(1);
        }
    }

    /// <summary>Forgets what was counted and timed. Only while nobody waits.</summary>
    public void Clear()
    {
        Durable.Clear();
        Signed.Clear();
        Refused = 0;
        Submitted = 0;
    }

    private Wait Take()
    {
        while (true)
        {
            lock (_gate)
            {
                if (_freeCount > 0)
                {
                    return _free[--_freeCount];
                }
            }

            Thread.Yield();
        }
    }

    private void Done(Wait wait, in Decision decision, AckTier asked, long nanoseconds)
    {
        lock (_gate)
        {
            if (decision.Outcome == Outcome.Refused)
            {
                Refused++;
            }
            else if (decision.Tier == asked)
            {
                (asked == AckTier.Durable ? Durable : Signed).Record(nanoseconds);
            }
            else
            {
                _failure ??= new WrongAnswerException($"asked for {asked}, told {decision.Tier}");
            }

            _free[_freeCount++] = wait;
        }
    }

    private void Failed(Exception failure)
    {
        lock (_gate)
        {
            _failure ??= failure;
        }
    }

    private sealed class Wait
    {
        private readonly TierWaiters _home;
        private readonly Action _goOn;
        private ValueTask<Decision> _task;
        private AckTier _tier;
        private long _due;

        public Wait(TierWaiters home)
        {
            _home = home;
            _goOn = GoOn;
        }

        /// <summary>False when the wall had no room, which is not an answer yet.</summary>
        public bool TryStart(FloodwallPipeline pipeline, in Intent intent, AckTier tier, long due)
        {
            (_tier, _due) = (tier, due);
#pragma warning disable CA2012 // kept until its continuation consumes it, once
            _task = pipeline.SubmitAsync(in intent, tier);
#pragma warning restore CA2012

            // At once means: never entered. What entered is answered by a thread of the pool, and can be refused for other reasons only.
            if (_task.IsCompletedSuccessfully)
            {
                long now = Stopwatch.GetTimestamp();
                Decision decision = _task.GetAwaiter().GetResult();
                if (decision is { Outcome: Outcome.Refused, Refusal.Kind: RefusalKind.Backpressure })
                {
                    return false;
                }

                _home.Done(this, in decision, tier, now - due);
                return true;
            }

            _task.GetAwaiter().UnsafeOnCompleted(_goOn);
            return true;
        }

        private void GoOn()
        {
            long now = Stopwatch.GetTimestamp();
            try
            {
                Decision decision = _task.GetAwaiter().GetResult();
                _home.Done(this, in decision, _tier, now - _due);
            }
#pragma warning disable CA1031 // handed to the thread that waits
            catch (Exception failure)
#pragma warning restore CA1031
            {
                _home.Failed(failure);
            }
        }
    }
}
