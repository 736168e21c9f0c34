namespace Floodwall.Pipeline;

/// <summary>
/// One policy of the gate: a pure function from an intent (and the tick it is judged at) to a verdict.
/// </summary>
/// <remarks>
/// It is called on the gate's thread for every intent (with <see cref="Topology.Direct"/> in the submitter's, but never by two at
/// once): no clock, lock, I/O or allocation. A policy that throws gets its intent
/// rejected with the reason <see cref="RuleTable.PolicyFault"/>; the wall goes on.
/// </remarks>
public interface IPolicy
{
    /// <summary>Judges one intent.</summary>
    /// <param name="intent">The intent, already checked at the edge.</param>
    /// <param name="tick">The wall's clock, in ticks.</param>
    Verdict Judge(in Intent intent, ulong tick);
}
