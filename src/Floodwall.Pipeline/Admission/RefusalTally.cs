using System.Diagnostics;

namespace Floodwall.Pipeline;

/// <summary>How often one agent was refused within one tick, by reason.</summary>
public record struct RefusalCount
{
    /// <summary>The tick.</summary>
    public ulong Tick;

    /// <summary>The agent.</summary>
    public Symbol Agent;

    /// <summary>Refused as <see cref="RefusalKind.Duplicate"/>.</summary>
    public uint Duplicate;

    /// <summary>Refused as <see cref="RefusalKind.Backpressure"/>.</summary>
    public uint Backpressure;

    /// <summary>Refused as <see cref="RefusalKind.RateLimited"/>.</summary>
    public uint RateLimited;

    /// <summary>Refused as <see cref="RefusalKind.AgentTableFull"/>.</summary>
    public uint AgentTableFull;
}

/// <summary>
/// Counts refusals per agent while a tick lasts, so that a flood of them costs the ledger one entry per agent and tick.
/// </summary>
internal sealed class RefusalTally
{
    /// <summary>Agents counted apart; beyond, the counts so far are written early.</summary>
    public const int MaxAgentsPerTick = ushort.MaxValue;

    /// <summary>Refusals counted until the counts are written though the tick goes on: no crash loses more, and no counter wraps.</summary>
    public const int MaxRefusals = 1 << 20;

    private readonly RefusalCount[] _counts = new RefusalCount[MaxAgentsPerTick];
    private readonly ushort[] _rowOf;
    private int _rows;
    private int _refusals;

    public RefusalTally(int symbolCapacity) => _rowOf = new ushort[symbolCapacity + 1];

    public bool IsEmpty => _rows == 0;

    /// <summary>Whether the counts have to be written before another refusal of the agent can be counted.</summary>
    public bool IsFullFor(Symbol agent) => _refusals == MaxRefusals || (_rows == MaxAgentsPerTick && _rowOf[agent.Id] == 0);

    /// <summary>The counts since the last <see cref="Clear"/>, in the order in which agents were first refused.</summary>
    public ReadOnlySpan<RefusalCount> Counts => _counts.AsSpan(0, _rows);

    /// <summary>Counts one. All between two <see cref="Clear"/>s have the same tick.</summary>
    public void Add(Symbol agent, RefusalKind kind, ulong tick)
    {
        Debug.Assert(!IsFullFor(agent), "checked by the intake");
        Debug.Assert(_rows == 0 || _counts[0].Tick == tick, "the counts of another tick were not written");
        _refusals++;
        int row = _rowOf[agent.Id];
        if (row == 0)
        {
            row = ++_rows;
            _rowOf[agent.Id] = (ushort)row;
            _counts[row - 1] = new RefusalCount { Tick = tick, Agent = agent };
        }

        ref RefusalCount count = ref _counts[row - 1];
        switch (kind)
        {
            case RefusalKind.Duplicate:
                count.Duplicate++;
                break;
            case RefusalKind.Backpressure:
                count.Backpressure++;
                break;
            case RefusalKind.RateLimited:
                count.RateLimited++;
                break;
            case RefusalKind.AgentTableFull:
                count.AgentTableFull++;
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a refusal at admission.");
        }
    }

    public void Clear()
    {
        foreach (ref readonly RefusalCount count in Counts)
        {
            _rowOf[count.Agent.Id] = 0;
        }

        _rows = 0;
        _refusals = 0;
    }
}
