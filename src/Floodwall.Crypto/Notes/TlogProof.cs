using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Floodwall.Crypto;

/// <summary>
/// A C2SP tlog-proof: an entry's index, its RFC 6962 inclusion proof and the signed checkpoint it leads to, in one file. Parsing says
/// nothing about hashes and signatures; use <see cref="Verify"/> before believing that anything was logged.
/// </summary>
public sealed class TlogProof
{
    /// <summary>The first line of every proof file.</summary>
    public const string Header = "c2sp.org/tlog-proof@v1";

    /// <summary>The customary extension of proof files.</summary>
    public const string FileExtension = ".tlog-proof";

    /// <summary>The most hashes an inclusion proof can hold: a tree of fewer than 2^64 leaves is at most 64 high.</summary>
    public const int MaxHashes = 64;

    /// <summary>The longest extra data that is written or parsed, in bytes.</summary>
    public const int MaxExtraBytes = 64 << 10;

    /// <summary>The longest proof file that is parsed: the largest note, the longest extra line, and room for all other lines.</summary>
    public const int MaxBytes = SignedNote.MaxBytes + ((MaxExtraBytes + 2) / 3 * 4) + ((MaxHashes + 4) * (Hash256.Base64Length + 1));

    private readonly Hash256[] _hashes;
    private readonly byte[] _note;
    private readonly byte[] _extra;

    internal TlogProof(ulong index, Hash256[] hashes, byte[] noteBytes, byte[] extra, SignedNote note, Checkpoint checkpoint)
    {
        Index = index;
        _hashes = hashes;
        _note = noteBytes;
        _extra = extra;
        Note = note;
        Checkpoint = checkpoint;
    }

    /// <summary>Index of the entry in the log, from 0.</summary>
    public ulong Index { get; }

    /// <summary>The inclusion proof, from the leaf's sibling up.</summary>
    public ReadOnlyMemory<Hash256> Hashes => _hashes;

    /// <summary>The signed checkpoint as it stands in the file.</summary>
    public ReadOnlyMemory<byte> NoteBytes => _note;

    /// <summary>Extra data; empty where there is none. Nothing authenticates it.</summary>
    public ReadOnlyMemory<byte> Extra => _extra;

    /// <summary>The signed checkpoint, its signatures unverified.</summary>
    public SignedNote Note { get; }

    /// <summary>What the note states, its signatures unverified.</summary>
    public Checkpoint Checkpoint { get; }

    /// <summary>A proof from its parts. They are not checked against one another: <see cref="Verify"/> does that.</summary>
    /// <param name="index">Index of the entry, from 0.</param>
    /// <param name="hashes">At most <see cref="MaxHashes"/>, from the leaf's sibling up.</param>
    /// <param name="note">The signed checkpoint.</param>
    /// <param name="extra">Up to <see cref="MaxExtraBytes"/> of extra data; empty for none.</param>
    /// <exception cref="ArgumentException">A part is too long, or the note is no signed checkpoint.</exception>
    public static TlogProof Create(ulong index, ReadOnlySpan<Hash256> hashes, ReadOnlySpan<byte> note, ReadOnlySpan<byte> extra = default)
    {
        if (hashes.Length > MaxHashes)
        {
            throw new ArgumentException($"an inclusion proof has at most {MaxHashes} hashes, got {hashes.Length}", nameof(hashes));
        }

        if (extra.Length > MaxExtraBytes)
        {
            throw new ArgumentException($"extra data is at most {MaxExtraBytes} bytes, got {extra.Length}", nameof(extra));
        }

        return SignedNote.TryParse(note, out SignedNote? signed, out string? error) && Checkpoint.TryParse(signed.Text, out Checkpoint? checkpoint, out error)
            ? new TlogProof(index, hashes.ToArray(), note.ToArray(), extra.ToArray(), signed, checkpoint)
            : throw new ArgumentException($"the note is no signed checkpoint: {error}", nameof(note));
    }

    /// <summary>Parses a proof file. Never throws; on failure <paramref name="error"/> names the line and what was expected there.</summary>
    public static bool TryParse(
        ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out TlogProof? proof, [NotNullWhen(false)] out TlogProofError? error) =>
        TlogProofParser.TryParse(bytes, out proof, out error);

    /// <summary>The proof file.</summary>
    public byte[] Format()
    {
        StringBuilder lines = new();
        lines.Append(Header).Append('\n');
        if (_extra.Length > 0)
        {
            lines.Append(TlogProofParser.ExtraKeyword).Append(Convert.ToBase64String(_extra)).Append('\n');
        }

        lines.Append(TlogProofParser.IndexKeyword).Append(Index.ToString(CultureInfo.InvariantCulture)).Append('\n');
        foreach (ref readonly Hash256 hash in _hashes.AsSpan())
        {
            lines.Append(hash.ToBase64()).Append('\n');
        }

        return [.. Encoding.ASCII.GetBytes(lines.Append('\n').ToString()), .. _note];
    }

    /// <summary>
    /// Whether the proof shows that <paramref name="entry"/> stands at <see cref="Index"/> of a log whose checkpoint a known key signed.
    /// That key must bear the name that the checkpoint gives as its origin: a key of one log says nothing about another.
    /// </summary>
    /// <param name="entry">The whole entry: what the leaf hash covers.</param>
    /// <param name="knownKeys">The trusted keys; where there is none the best verdict is <see cref="TlogProofStatus.NoKnownKey"/>.</param>
    public TlogProofVerification Verify(ReadOnlySpan<byte> entry, IReadOnlyList<VerifierKey> knownKeys)
    {
        ArgumentNullException.ThrowIfNull(knownKeys);

        // The tree first: where the entry is not the one proven, no key would make it so.
        if (Index >= Checkpoint.Size)
        {
            return new(TlogProofStatus.NotIncluded, $"the proof is of entry {Index}, but its checkpoint covers {Checkpoint.Size}", []);
        }

        Hash256 leaf = MerkleHash.Leaf(entry);
        if (!MerkleProof.VerifyInclusion(Index, Checkpoint.Size, leaf, _hashes, Checkpoint.Root))
        {
            return new(
                TlogProofStatus.NotIncluded,
                $"the entry (leaf hash {leaf.ToBase64()}) and the proof do not lead from index {Index} to the root {Checkpoint.Root.ToBase64()} "
                + $"over {Checkpoint.Size} entries",
                []);
        }

        NoteVerification opened = Note.Open(knownKeys);
        if (opened.Status == NoteStatus.BadSignature)
        {
            return new(TlogProofStatus.BadSignature, opened.Error!, []);
        }

        return opened.VerifiedBy.Any(key => key.Name == Checkpoint.Origin)
            ? new(TlogProofStatus.Good, $"entry {Index} of {Checkpoint.Size} of {Checkpoint.Origin}", opened.VerifiedBy)
            : new(
                TlogProofStatus.NoKnownKey,
                $"the checkpoint of '{Checkpoint.Origin}' is signed by {string.Join(", ", Note.Signatures.Select(s => $"{s.Name}+{s.KeyId:x8}"))}; "
                + (knownKeys.Count == 0 ? "no trusted key was given" : $"trusted: {string.Join(", ", knownKeys.Select(k => $"{k.Name}+{k.KeyId:x8}"))}"),
                []);
    }
}
