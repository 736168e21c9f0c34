namespace Floodwall.Pipeline;

/// <summary>Runs an outcome to completion in the same call: gate, then registrar. The fused topology and the synchronous wall.</summary>
internal struct DirectSink(GateStage gate, Registrar registrar, CheckpointCadence? cadence) : IIntakeSink
{
    /// <summary>The outcome of the latest intent that came through.</summary>
    public Decision Latest { get; private set; }

    public void Release(in Intent intent, ulong admittedTick, ulong now, uint ticket) =>
        Latest = registrar.Decide(in intent, gate.Judge(in intent, now), admittedTick, now, ticket);

    public void Refuse(in Intent intent, in Refusal refusal, ulong now, uint ticket) =>
        Latest = registrar.Refuse(in intent, in refusal, now, ticket);

    public readonly void Count(in RefusalCount count) => registrar.Count(in count);

    public void Fault(in Intent intent, in Verdict verdict, ulong now, uint ticket) =>
        Latest = registrar.Decide(in intent, in verdict, now, now, ticket);

    public readonly void Checkpoint() => cadence?.Request();
}
