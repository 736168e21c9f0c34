namespace Floodwall.Pipeline;

/// <summary>
/// The wall closed before enough witnesses had cosigned a checkpoint over a decision. The decision stands and is signed; a later run on
/// the same ledger, or the witness commands, can still have it witnessed.
/// </summary>
public sealed class NotWitnessedException : Exception
{
    /// <summary>The failure without particulars.</summary>
    public NotWitnessedException()
        : base("The wall closed before enough witnesses had cosigned; the tier Signed was reached.")
    {
    }

    /// <summary>The failure; <paramref name="message"/> says what was reached.</summary>
    public NotWitnessedException(string message)
        : base(message)
    {
    }

    /// <summary>The failure and its cause.</summary>
    public NotWitnessedException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    internal NotWitnessedException(Decision decision, Exception? lastFault)
        : this(
            $"The wall closed before enough witnesses had cosigned entry {decision.EntryIndex}; the tier Signed was reached."
            + (lastFault is null ? "" : $" The latest attempt failed: {lastFault.Message}"),
            lastFault) => Decision = decision with { Tier = AckTier.Signed };

    /// <summary>The decision, with the tier that it reached: Signed.</summary>
    public Decision Decision { get; }
}
