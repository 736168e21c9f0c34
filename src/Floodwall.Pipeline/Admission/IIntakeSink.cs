namespace Floodwall.Pipeline;

/// <summary>
/// Where the intake's outcomes go, in the order in which they happened: into the second ring, or straight into the stages behind
/// it. The order is decided by commands alone, never by how fast the sink is.
/// </summary>
internal interface IIntakeSink
{
    /// <summary>An admitted intent goes on to the gate.</summary>
    void Release(in Intent intent, in Passing passing);

    /// <summary>An intent was turned away.</summary>
    void Refuse(in Intent intent, in Refusal refusal, ulong now, uint ticket);

    /// <summary>A tick's refusals of one agent, counted.</summary>
    void Count(in RefusalCount count);

    /// <summary>A stage failed on an intent: it is rejected with the given verdict, on record.</summary>
    void Fault(in Intent intent, Verdict verdict, ulong now, uint ticket);

    /// <summary>A fact: the gate knows it from here on, and the ledger records it.</summary>
    void Accept(in Fact fact);

    /// <summary>Other policies: the gate judges by them from here on, and the ledger records them.</summary>
    void Swap(uint ticket, ulong now);

    /// <summary>The queue was drained: whoever reads the ledger should know the clock, also where no outcome states it.</summary>
    void Drained(ulong now);

    /// <summary>The state behind the latest command is to be written down. Returns when that is done; until then the intake rests.</summary>
    /// <returns>The bytes it took; 0 when it could not be written.</returns>
    ulong Snapshot();

    /// <summary>Everything before is to be signed.</summary>
    void Checkpoint();
}
