using Disruptor;

namespace Floodwall.Pipeline;

/// <summary>
/// Hands outcomes on through the decision ring. A full ring makes the intake wait; it does not change the order. With a gate it
/// judges before handing on, so that admission and gate share a thread.
/// </summary>
internal readonly struct RingSink(ValueRingBuffer<WallEvent> ring, NoteSlots notes, GateStage? gate, SnapshotWriter? snapshots) : IIntakeSink
{
    public void Release(in Intent intent, in Passing passing)
    {
        long sequence = ring.Next();
        ref WallEvent slot = ref ring[sequence];
        slot.Passing = passing;
        slot.Intent = intent;
        if (gate is null)
        {
            slot.Kind = EventKind.Released;
        }
        else
        {
            slot.Verdict = gate.Judge(in slot.Intent, passing.Now);
            notes.Set(ref slot, sequence, in gate.Notes);
            slot.Kind = EventKind.Judged;
        }

        ring.Publish(sequence);
    }

    public void Fault(in Intent intent, Verdict verdict, ulong now, uint ticket)
    {
        long sequence = ring.Next();
        ref WallEvent slot = ref ring[sequence];
        slot.Kind = EventKind.Judged;
        slot.Passing = Passing.NotAdmitted(now, ticket);
        slot.Verdict = verdict;
        slot.HasNotes = false;
        slot.Intent = intent;
        ring.Publish(sequence);
    }

    public void Refuse(in Intent intent, in Refusal refusal, ulong now, uint ticket)
    {
        long sequence = ring.Next();
        ref WallEvent slot = ref ring[sequence];
        slot.Kind = EventKind.Refused;
        slot.Passing = new Passing { Now = now, Ticket = ticket };
        slot.Refusal = refusal;
        slot.Intent = intent;
        ring.Publish(sequence);
    }

    public void Count(in RefusalCount count)
    {
        long sequence = ring.Next();
        ref WallEvent slot = ref ring[sequence];
        slot.Kind = EventKind.Counted;
        slot.Count = count;
        ring.Publish(sequence);
    }

    public void Accept(in Fact fact)
    {
        gate?.Accept(in fact);
        long sequence = ring.Next();
        ref WallEvent slot = ref ring[sequence];
        slot.Kind = EventKind.Fact;
        slot.Fact = fact;
        ring.Publish(sequence);
    }

    public void Swap(uint ticket, ulong now)
    {
        gate?.Swap(ticket);
        long sequence = ring.Next();
        ref WallEvent slot = ref ring[sequence];
        slot.Kind = EventKind.Swap;
        slot.Passing = new Passing { Now = now, Ticket = ticket };
        ring.Publish(sequence);
    }

    public void Drained(ulong now)
    {
        long sequence = ring.Next();
        ref WallEvent slot = ref ring[sequence];
        slot.Kind = EventKind.Drained;
        slot.Passing = new Passing { Now = now };
        ring.Publish(sequence);
    }

    public ulong Snapshot()
    {
        if (snapshots is null)
        {
            return 0;
        }

        snapshots.Ask();
        long sequence = ring.Next();
        ring[sequence].Kind = EventKind.Snapshot;
        ring.Publish(sequence);
        return snapshots.AwaitAnswer();
    }

    public void Checkpoint()
    {
        long sequence = ring.Next();
        ring[sequence].Kind = EventKind.Checkpoint;
        ring.Publish(sequence);
    }
}
