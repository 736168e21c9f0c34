namespace Floodwall.Pipeline;

/// <summary>
/// The wall's front half as one deterministic core: clock, admission, lanes and release. The same commands in the same order
/// give the same calls to the sink.
/// </summary>
internal sealed class Intake
{
    private readonly AdmissionStage _admission;
    private readonly PriorityLanes _lanes;
    private readonly RefusalTally? _tally;
    private ReleaseBudget _budget;

    public Intake(AdmissionSettings settings, int symbolCapacity, RefusalRecording recording)
    {
        _admission = new AdmissionStage(settings, symbolCapacity);
        _lanes = new PriorityLanes(settings.QueueCapacity);
        _tally = recording == RefusalRecording.CountPerTick ? new RefusalTally(symbolCapacity) : null;
        _budget = new ReleaseBudget(settings.ReleasePerTick);
    }

    /// <summary>The wall's logical time: the latest tick that any command stated.</summary>
    public ulong Clock { get; private set; }

    /// <summary>Intents that wait.</summary>
    public int Queued => _lanes.Count;

    /// <summary>Takes one intent in, refuses it, or lets it pass straight through.</summary>
    /// <returns>Whether it now waits in the queue.</returns>
    public bool Submit<TSink>(in Intent intent, uint ticket, ref TSink sink)
        where TSink : IIntakeSink, allows ref struct
    {
        AdvanceTo(intent.SubmittedTick, ref sink);
        Refusal refusal = _admission.Admit(in intent, Clock, _lanes.Count, _budget.Renews ? 1u : 0u);
        if (refusal.IsRefused)
        {
            Refuse(in intent, refusal, ticket, ref sink);
            return false;
        }

        // While there is room nothing waits, so passing by the empty lanes is the order they would give.
        if (_budget.HasRoom)
        {
            _budget.Spend();
            sink.Release(in intent, Clock, Clock, ticket);
            return false;
        }

        _admission.Enter(in intent);
        _lanes.Enqueue(in intent, Clock, ticket);
        return true;
    }

    /// <summary>Moves the clock; an earlier tick changes nothing. Each tick brings its share of releases.</summary>
    public void AdvanceTo<TSink>(ulong tick, ref TSink sink)
        where TSink : IIntakeSink, allows ref struct
    {
        if (tick <= Clock)
        {
            return;
        }

        FlushTally(ref sink);
        ulong elapsed = tick - Clock;
        Clock = tick;
        Release(_budget.Renew(elapsed, _lanes.Count), ref sink);
    }

    /// <summary>Lets everything out that waits, and writes the counts of the running tick.</summary>
    public void Drain<TSink>(ref TSink sink)
        where TSink : IIntakeSink, allows ref struct
    {
        Release(_lanes.Count, ref sink);
        FlushTally(ref sink);
    }

    private void Release<TSink>(int count, ref TSink sink)
        where TSink : IIntakeSink, allows ref struct
    {
        for (; count > 0; count--)
        {
            ref readonly QueuedIntent next = ref _lanes.Dequeue();
            _admission.Leave(in next.Intent);
            sink.Release(in next.Intent, next.AdmittedTick, Clock, next.Ticket);
        }
    }

    private void Refuse<TSink>(in Intent intent, in Refusal refusal, uint ticket, ref TSink sink)
        where TSink : IIntakeSink, allows ref struct
    {
        if (_tally is not null)
        {
            if (_tally.IsFullFor(intent.Agent))
            {
                FlushTally(ref sink);
            }

            _tally.Add(intent.Agent, refusal.Kind, Clock);
        }

        sink.Refuse(in intent, in refusal, Clock, ticket);
    }

    private void FlushTally<TSink>(ref TSink sink)
        where TSink : IIntakeSink, allows ref struct
    {
        if (_tally is null || _tally.IsEmpty)
        {
            return;
        }

        foreach (ref readonly RefusalCount count in _tally.Counts)
        {
            sink.Count(in count);
        }

        _tally.Clear();
    }
}
