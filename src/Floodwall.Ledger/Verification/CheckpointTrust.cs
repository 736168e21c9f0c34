using Floodwall.Crypto;

namespace Floodwall.Ledger;

/// <summary>Decides whether a checkpoint note may be believed, given the trusted keys and the key that the ledger itself declares.</summary>
/// <param name="Status">Good, or why the note may not be believed.</param>
/// <param name="Message">What is wrong; empty where nothing is.</param>
/// <param name="Head">What the note states, where it could be read.</param>
/// <param name="KeyNames">Keys whose signatures verified.</param>
internal sealed record CheckpointTrust(VerificationStatus Status, string Message, TreeHead? Head, IReadOnlyList<string> KeyNames)
{
    /// <summary>
    /// A signature by a trusted key decides. Without one, the key that the genesis entry declares tells a stranger's ledger
    /// (no trusted key) from one whose own checkpoint lost its signature (damage).
    /// </summary>
    public static CheckpointTrust Judge(ReadOnlySpan<byte> bytes, IReadOnlyList<VerifierKey> trusted, GenesisEntry? genesis)
    {
        if (!SignedNote.TryParse(bytes, out SignedNote? note, out string? error)
            || !Checkpoint.TryParse(note.Text, out Checkpoint? checkpoint, out error))
        {
            return Failure($"the checkpoint cannot be read: {error}");
        }

        TreeHead head = new(checkpoint.Size, checkpoint.Root);
        NoteVerification opened = note.Open(trusted);
        if (opened.Status == NoteStatus.NoKnownKey)
        {
            bool own = genesis is not null && trusted.Any(key => key.ToString() == genesis.Key.ToString());
            return own
                ? Failure("the checkpoint is not signed by the ledger's own key, which is a trusted one")
                : new CheckpointTrust(VerificationStatus.NoTrustedKey, Strangers(note, trusted, genesis), head, []);
        }

        if (!opened.IsGood)
        {
            return Failure($"the checkpoint is not what was signed: {opened.Error}");
        }

        return CheckOrigin(checkpoint, head, opened, genesis);
    }

    private static CheckpointTrust CheckOrigin(Checkpoint checkpoint, TreeHead head, NoteVerification opened, GenesisEntry? genesis) =>
        genesis is null || genesis.Origin == checkpoint.Origin
            ? new CheckpointTrust(VerificationStatus.Good, "", head, [.. opened.VerifiedBy.Select(key => key.Name)])
            : Failure($"the checkpoint is one of '{checkpoint.Origin}', but the ledger says it is '{genesis.Origin}'");

    private static string Strangers(SignedNote note, IReadOnlyList<VerifierKey> trusted, GenesisEntry? genesis)
    {
        string signers = string.Join(", ", note.Signatures.Select(signature => $"{signature.Name}+{signature.KeyId:x8}"));
        string given = trusted.Count == 0 ? "no trusted key was given" : $"trusted: {string.Join(", ", trusted.Select(key => $"{key.Name}+{key.KeyId:x8}"))}";
        string declared = genesis is null ? "" : $"; the ledger declares the key {genesis.Key}";
        return $"the checkpoint is signed by {signers}; {given}{declared}";
    }

    private static CheckpointTrust Failure(string message) => new(VerificationStatus.IntegrityFailure, message, null, []);
}
