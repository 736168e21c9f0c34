namespace Floodwall.Ledger;

/// <summary>Something that has signed checkpoints cosigned by witnesses: over a network, by a queue of files, by hand.</summary>
public interface ICheckpointWitness
{
    /// <summary>
    /// Has a checkpoint cosigned. Called by one thread at a time, which does nothing else and may be kept waiting; what is thrown counts
    /// as a failure of this attempt alone, and later checkpoints are tried again.
    /// </summary>
    /// <param name="note">The signed note of the latest published checkpoint.</param>
    /// <param name="cancellation">Ends the attempt when the ledger is being closed.</param>
    /// <returns>True once enough witnesses have cosigned it, and that is kept; false where they have not yet.</returns>
    bool Witness(ReadOnlyMemory<byte> note, CancellationToken cancellation);
}
