using Floodwall.Crypto;

namespace Floodwall.Pipeline;

/// <summary>A composition of the gate that a replay met. It judged the decisions behind its entry, up to the next one.</summary>
/// <param name="EntryIndex">The ledger entry that completes it.</param>
/// <param name="Address">Its content address, see <see cref="GateComposition"/>.</param>
/// <param name="Policies">How many policies it has.</param>
/// <param name="Tick">The tick at which it was swapped in; null where a wall opened with it.</param>
/// <param name="Reason">Why it was swapped in; null where a wall opened with it.</param>
public sealed record ReplayedGate(ulong EntryIndex, Hash256 Address, int Policies, ulong? Tick = null, string? Reason = null);

/// <summary>The gate's compositions that a replay met. The first thousand are kept and all are counted.</summary>
internal sealed class GateHistory
{
    private const int Kept = 1000;

    private readonly List<ReplayedGate> _gates = [];

    /// <summary>Those that are kept, in order.</summary>
    public IReadOnlyList<ReplayedGate> Gates => _gates;

    /// <summary>How many there were.</summary>
    public ulong Count { get; private set; }

    /// <summary>A composition is whole.</summary>
    public void Add(ulong index, RecordedGate gate)
    {
        Count++;
        if (_gates.Count < Kept)
        {
            _gates.Add(new ReplayedGate(index, gate.Address, gate.Policies.Count));
        }
    }

    /// <summary>The latest one was swapped in.</summary>
    public void Explain(ulong tick, string reason)
    {
        if (_gates.Count != 0 && Count == (ulong)_gates.Count)
        {
            _gates[^1] = _gates[^1] with { Tick = tick, Reason = reason };
        }
    }
}
