namespace Floodwall.Pipeline;

/// <summary>Runs an outcome to completion in the same call, gate and registrar, and keeps nothing of it.</summary>
internal readonly struct FusedSink(GateStage gate, Registrar registrar, CheckpointCadence? cadence, SnapshotWriter? snapshots) : IIntakeSink
{
    public void Release(in Intent intent, in Passing passing)
    {
        Verdict verdict = gate.Judge(in intent, passing.Now);
        registrar.Decide(in intent, ref verdict, in passing, in gate.Notes);
    }

    public void Refuse(in Intent intent, in Refusal refusal, ulong now, uint ticket) => registrar.Refuse(in intent, in refusal, now, ticket);

    public void Count(in RefusalCount count) => registrar.Count(in count);

    public void Fault(in Intent intent, Verdict verdict, ulong now, uint ticket) => registrar.Decide(
        in intent, ref verdict, Passing.NotAdmitted(now, ticket));

    public void Accept(in Fact fact)
    {
        gate.Accept(in fact);
        registrar.Accept(in fact);
    }

    public void Swap(uint ticket, ulong now)
    {
        gate.Swap(ticket);
        registrar.Swap(ticket, now);
    }

    public void Drained(ulong now) => registrar.Drained(now);

    public ulong Snapshot() => snapshots?.Write() ?? 0;

    public void Checkpoint() => cadence?.Request();
}
