using Floodwall.Crypto;

namespace Floodwall.Pipeline;

/// <summary>A gate's next policies, checked and described at the edge, on their way to the gate's thread and the ledger's.</summary>
internal sealed class GateSwap
{
    private GateSwap(IPolicy[] policies, byte[] composition, string reason)
    {
        Policies = policies;
        Composition = composition;
        Address = GateComposition.AddressOfBytes(composition);
        Reason = reason;
    }

    /// <summary>In the order in which they speak; nobody else holds the array.</summary>
    public IPolicy[] Policies { get; }

    /// <summary>The composition's bytes.</summary>
    public byte[] Composition { get; }

    /// <summary>Their SHA-256.</summary>
    public Hash256 Address { get; }

    /// <summary>Why.</summary>
    public string Reason { get; }

    /// <exception cref="ArgumentException">
    /// A policy is null, there are more than 256, their descriptions together are too long, or the reason is not 1 to 1024 bytes of text.
    /// </exception>
    public static GateSwap Prepare(IReadOnlyList<IPolicy> policies, string reason, GateContext context)
    {
        ArgumentNullException.ThrowIfNull(policies);
        ArgumentNullException.ThrowIfNull(reason);
        if (GateChangeEntry.Problem(reason) is { } problem)
        {
            throw new ArgumentException(problem, nameof(reason));
        }

        IPolicy[] all = GateStage.Checked(policies, context);
        byte[] composition = GateComposition.Encode(GateComposition.Of(all))
            ?? throw new ArgumentException($"The policies' descriptions together exceed {GateComposition.MaxBytes} bytes.", nameof(policies));
        return new GateSwap(all, composition, reason);
    }
}

/// <summary>The swaps on their way, found by ticket: ring slots are unmanaged and carry a number in place of a reference. Bounded.</summary>
internal sealed class SwapTable
{
    /// <summary>The most swaps on their way at once.</summary>
    public const int Capacity = 64;

    private readonly GateSwap?[] _swaps = new GateSwap?[Capacity];
    private readonly Lock _gate = new();

    /// <summary>The swap of a ticket that is on its way.</summary>
    public GateSwap this[uint ticket] => _swaps[ticket]!;

    /// <summary>Gives a swap a ticket.</summary>
    /// <exception cref="InvalidOperationException">As many as may be are on their way; nothing was changed.</exception>
    public uint Rent(GateSwap swap)
    {
        lock (_gate)
        {
            int free = Array.IndexOf(_swaps, null);
            if (free < 0)
            {
                throw new InvalidOperationException($"{Capacity} swaps of policies are on their way to the gate; this one was not taken in.");
            }

            _swaps[free] = swap;
            return (uint)free;
        }
    }

    /// <summary>Takes a ticket back.</summary>
    public GateSwap Return(uint ticket)
    {
        lock (_gate)
        {
            GateSwap swap = _swaps[ticket]!;
            _swaps[ticket] = null;
            return swap;
        }
    }
}
