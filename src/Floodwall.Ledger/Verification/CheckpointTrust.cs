using Floodwall.Crypto;

namespace Floodwall.Ledger;

/// <summary>Decides whether a checkpoint note may be believed, given the trusted keys and the keys that the ledger itself states.</summary>
/// <param name="Status">Good, or why the note may not be believed.</param>
/// <param name="Message">What is wrong; empty where nothing is.</param>
/// <param name="Head">What the note states, where it could be read.</param>
/// <param name="KeyNames">Keys whose signatures verified.</param>
/// <param name="MayFollow">Whether the log's key entries may yet lead from a trusted key to the one that signed.</param>
internal sealed record CheckpointTrust(
    VerificationStatus Status, string Message, TreeHead? Head, IReadOnlyList<string> KeyNames, bool MayFollow = false)
{
    /// <summary>
    /// What can be said before the log was read. A signature by a trusted key decides. Without one, the key that the genesis entry
    /// declares tells a stranger's ledger (no trusted key) from one whose own checkpoint lost its signature (damage).
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
            // A ledger's keys all have one name, so only a trusted key of that name can have handed over to the one that signed.
            bool own = genesis is not null && trusted.Any(key => KeyChain.Same(key, genesis.Key));
            bool mayFollow = genesis is not null && genesis.Origin == checkpoint.Origin && trusted.Any(key => key.Name == genesis.Origin);
            return own
                ? Failure("the checkpoint is not signed by the ledger's own key, which is a trusted one") with { Head = head, MayFollow = mayFollow }
                : new CheckpointTrust(VerificationStatus.NoTrustedKey, Strangers(note, trusted, genesis), head, [], mayFollow);
        }

        if (!opened.IsGood)
        {
            return Failure($"the checkpoint is not what was signed: {opened.Error}");
        }

        return CheckOrigin(checkpoint, head, opened, genesis);
    }

    /// <summary>
    /// What can be said once the log was read up to the size that the note states: the key in force there must have signed it, and a
    /// trusted key must have been in force there or before.
    /// </summary>
    public CheckpointTrust Follow(ReadOnlySpan<byte> bytes, IReadOnlyList<VerifierKey> trusted, KeyChain keys)
    {
        if (Head is not { } head || !SignedNote.TryParse(bytes, out SignedNote? note, out _))
        {
            return this;
        }

        VerifierKey due = keys.At(head.Size);
        NoteVerification opened = note.Open([due]);
        if (Status == VerificationStatus.Good)
        {
            return opened.IsGood
                ? this
                : Failure($"the checkpoint is not signed by the key in force, {due}, which entry {keys.StatedAt(head.Size)} states: {opened.Error}");
        }

        if (!MayFollow || !trusted.Any(key => keys.Contains(key, head.Size)))
        {
            return this;
        }

        return opened.IsGood
            ? new CheckpointTrust(VerificationStatus.Good, "", head, [due.Name])
            : Failure(
                $"the checkpoint is not signed by the ledger's own key, which is a trusted one, or by the key it handed over to: {due} was due, "
                + $"stated by entry {keys.StatedAt(head.Size)}");
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
