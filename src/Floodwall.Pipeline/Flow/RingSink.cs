using Disruptor;

namespace Floodwall.Pipeline;

/// <summary>
/// Hands outcomes on through the decision ring. A full ring makes the intake wait; it does not change the order. With a gate it
/// judges before handing on, so that admission and gate share a thread.
/// </summary>
internal readonly struct RingSink(ValueRingBuffer<WallEvent> ring, GateStage? gate) : IIntakeSink
{
    public void Release(in Intent intent, ulong admittedTick, ulong now, uint ticket)
    {
        long sequence = ring.Next();
        ref WallEvent slot = ref ring[sequence];
        slot.Ticket = ticket;
        slot.Now = now;
        slot.AdmittedTick = admittedTick;
        slot.Intent = intent;
        if (gate is null)
        {
            slot.Kind = EventKind.Released;
        }
        else
        {
            slot.Verdict = gate.Judge(in slot.Intent, now);
            slot.Kind = EventKind.Judged;
        }

        ring.Publish(sequence);
    }

    public void Fault(in Intent intent, in Verdict verdict, ulong now, uint ticket)
    {
        long sequence = ring.Next();
        ref WallEvent slot = ref ring[sequence];
        slot.Kind = EventKind.Judged;
        slot.Ticket = ticket;
        slot.Now = now;
        slot.AdmittedTick = now;
        slot.Verdict = verdict;
        slot.Intent = intent;
        ring.Publish(sequence);
    }

    public void Refuse(in Intent intent, in Refusal refusal, ulong now, uint ticket)
    {
        long sequence = ring.Next();
        ref WallEvent slot = ref ring[sequence];
        slot.Kind = EventKind.Refused;
        slot.Ticket = ticket;
        slot.Now = now;
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

    public void Checkpoint()
    {
        long sequence = ring.Next();
        ring[sequence].Kind = EventKind.Checkpoint;
        ring.Publish(sequence);
    }
}
