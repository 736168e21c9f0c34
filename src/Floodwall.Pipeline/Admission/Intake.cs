using System.Diagnostics;

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
    private readonly uint _perTick;
    private readonly bool _recordsEachRefusal;
    private ReleaseBudget _budget;
    private SnapshotCadence _snapshots;

    public Intake(AdmissionSettings settings, int symbolCapacity, RefusalRecording recording)
        : this(settings, symbolCapacity, recording, SnapshotCadence.Never, restored: null)
    {
    }

    /// <param name="settings">Admission's bounds.</param>
    /// <param name="symbolCapacity">The capacity of the wall's symbol table.</param>
    /// <param name="recording">How refusals are recorded.</param>
    /// <param name="snapshots">When the state is to be written down.</param>
    /// <param name="restored">What a ledger holds, already brought under <paramref name="settings"/>; null to begin anew.</param>
    public Intake(
        AdmissionSettings settings, int symbolCapacity, RefusalRecording recording, SnapshotCadence snapshots, PlaneState? restored)
    {
        _admission = new AdmissionStage(settings, symbolCapacity, restored?.Queued ?? 0);
        _lanes = new PriorityLanes(Math.Max(settings.QueueCapacity, restored?.Queued ?? 0));
        _tally = recording == RefusalRecording.CountPerTick ? new RefusalTally(symbolCapacity) : null;
        _recordsEachRefusal = recording == RefusalRecording.Each;
        _perTick = settings.ReleasePerTick ?? 0;
        _budget = new ReleaseBudget(settings.ReleasePerTick, restored?.ReleasesLeft ?? _perTick);
        _snapshots = snapshots;
        if (restored is not null)
        {
            Restore(restored);
        }
    }

    /// <summary>The wall's logical time: the latest tick that any command stated.</summary>
    public ulong Clock { get; private set; }

    /// <summary>Intents that wait.</summary>
    public int Queued => _lanes.Count;

    /// <summary>What is left of the running tick's share of releases; 0 without a bound.</summary>
    public uint ReleasesLeft => _budget.Left;

    /// <summary>The agents' buckets.</summary>
    public TokenBuckets Buckets => _admission.Buckets;

    /// <summary>What waits.</summary>
    public PriorityLanes Lanes => _lanes;

    /// <summary>Whether the state is to be written down before the next command.</summary>
    public bool IsSnapshotDue => _snapshots.IsDue;

    /// <summary>The state was written down when the wall opened.</summary>
    public void SnapshotTaken(ulong bytes) => _snapshots.Taken(bytes);

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
            Debug.Assert(_lanes.IsEmpty, "it would overtake what waits");
            _budget.Spend();
            _snapshots.Count();
            sink.Release(in intent, new Passing { AdmittedTick = Clock, Now = Clock, Ticket = ticket });
            return false;
        }

        _admission.Enter(in intent);
        _lanes.Enqueue(in intent, Clock, ticket);
        return true;
    }

    /// <summary>Hands a fact on: what leaves the queue from here on is judged with it.</summary>
    public void Accept<TSink>(in Fact fact, ref TSink sink)
        where TSink : IIntakeSink, allows ref struct
    {
        _snapshots.Count();
        sink.Accept(in fact);
    }

    /// <summary>Hands other policies on: what leaves the queue from here on is judged by them.</summary>
    public void Swap<TSink>(uint ticket, ref TSink sink)
        where TSink : IIntakeSink, allows ref struct
    {
        _snapshots.Count();
        sink.Swap(ticket, Clock);
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
        int leaving = _budget.Renew(elapsed, _lanes.Count);
        if (leaving > 0)
        {
            // One tick's share minus what left is what a reader of the ledger takes to be left; say so where it is not.
            long expected = Math.Max(0, (long)_perTick - leaving);
            Release(leaving, Passage.Released, _budget.Left == expected ? null : _budget.Left, ref sink);
        }
    }

    /// <summary>Lets everything out that waits, and writes the counts of the running tick.</summary>
    public void Drain<TSink>(ref TSink sink)
        where TSink : IIntakeSink, allows ref struct
    {
        Release(_lanes.Count, Passage.Drained, null, ref sink);
        FlushTally(ref sink);
        sink.Drained(Clock);
    }

    /// <summary>
    /// After a restart: lets out what may leave now. The end of the process may have come amid a tick's releases, and a changed bound
    /// may have room for what waited under the old one.
    /// </summary>
    public void Resume<TSink>(ref TSink sink)
        where TSink : IIntakeSink, allows ref struct
    {
        while (!_lanes.IsEmpty && _budget.HasRoom)
        {
            _budget.Spend();
            Release(1, Passage.Released, null, ref sink);
        }
    }

    /// <summary>Has the state written down.</summary>
    public void Snapshot<TSink>(ref TSink sink)
        where TSink : IIntakeSink, allows ref struct => _snapshots.Taken(sink.Snapshot());

    /// <summary>Drains, and has the state written down where that spares the next opening more than it costs.</summary>
    public void Close<TSink>(ref TSink sink)
        where TSink : IIntakeSink, allows ref struct
    {
        Drain(ref sink);
        if (_snapshots.IsWorthwhileAtClose)
        {
            Snapshot(ref sink);
        }
    }

    private void Release<TSink>(int count, Passage passage, uint? releasesLeft, ref TSink sink)
        where TSink : IIntakeSink, allows ref struct
    {
        Debug.Assert((uint)count <= (uint)_lanes.Count, "more than wait");
        for (; count > 0; count--)
        {
            ref readonly QueuedIntent next = ref _lanes.Dequeue();
            _admission.Leave(in next.Intent);
            _snapshots.Count();
            sink.Release(in next.Intent, new Passing
            {
                AdmittedTick = next.AdmittedTick,
                Now = Clock,
                Ticket = next.Ticket,
                Passage = passage,
                ReleasesLeft = count == 1 ? releasesLeft : null,
            });
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
        else if (_recordsEachRefusal)
        {
            _snapshots.Count();
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
            _snapshots.Count();
            sink.Count(in count);
        }

        _tally.Clear();
    }

    private void Restore(PlaneState state)
    {
        Clock = state.Clock;
        foreach ((Symbol agent, TokenBucket bucket) in state.Buckets)
        {
            _admission.Buckets.Restore(agent, in bucket);
        }

        foreach (PendingIntent pending in state.Pending)
        {
            _admission.Enter(pending.Intent);
            _lanes.Enqueue(pending.Intent, pending.AdmittedTick, ticket: 0);
        }
    }
}
