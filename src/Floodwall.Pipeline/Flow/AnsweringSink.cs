namespace Floodwall.Pipeline;

/// <summary>As <see cref="FusedSink"/>, and keeps the outcome for the caller: the synchronous wall.</summary>
internal struct AnsweringSink(GateStage gate, Registrar registrar, SnapshotWriter? snapshots) : IIntakeSink
{
    /// <summary>The outcome of the latest intent that came through.</summary>
    public Decision Latest { get; private set; }

    public void Release(in Intent intent, in Passing passing)
    {
        Verdict verdict = gate.Judge(in intent, passing.Now);
        Latest = registrar.Decide(in intent, ref verdict, in passing, in gate.Notes);
    }

    public void Refuse(in Intent intent, in Refusal refusal, ulong now, uint ticket) =>
        Latest = registrar.Refuse(in intent, in refusal, now, ticket);

    public readonly void Count(in RefusalCount count) => registrar.Count(in count);

    public void Fault(in Intent intent, Verdict verdict, ulong now, uint ticket) => Latest = registrar.Decide(
        in intent, ref verdict, Passing.NotAdmitted(now, ticket));

    public readonly void Accept(in Fact fact)
    {
        gate.Accept(in fact);
        registrar.Accept(in fact);
    }

    public readonly void Swap(uint ticket, ulong now)
    {
        gate.Swap(ticket);
        registrar.Swap(ticket, now);
    }

    public readonly void Drained(ulong now) => registrar.Drained(now);

    public readonly ulong Snapshot() => snapshots?.Write() ?? 0;

    public readonly void Checkpoint()
    {
        // Wall.Checkpoint makes one at once.
    }
}
