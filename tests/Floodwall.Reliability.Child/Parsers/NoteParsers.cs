using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Floodwall.Crypto;

namespace Floodwall.Reliability.Child.Parsers;

/// <summary>Signed notes, checkpoints, verifier keys and private keys.</summary>
internal static class NoteParsers
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly Ed25519Signer[] Signers =
        [.. Enumerable.Range(0, 8).Select(i => Ed25519Signer.FromSeed($"example.org/{new string('k', i * 9)}{i}", [.. Enumerable.Repeat((byte)(i + 1), 32)]))];

    public static IReadOnlyList<ParserCase> All { get; } =
    [
        new("note", MakeNote, ParseNote),
        new("checkpoint", MakeCheckpoint, ParseCheckpoint),
        new("vkey", random => Strict.GetBytes(Signers[random.Next(Signers.Length)].VerifierKey.ToString()), ParseVerifierKey),
        new("proof", MakeProof, ParseProof),
        new("private-key", random => Strict.GetBytes(Signers[random.Next(Signers.Length)].ExportPrivateKey()), ParsePrivateKey),
    ];

    private static byte[] MakeCheckpoint(Random random)
    {
        string[] extensions = [.. Enumerable.Range(0, random.Next(3)).Select(i => $"extension {i} {random.Next()}")];
        ulong size = random.Next(3) switch { 0 => 0, 1 => (ulong)random.NextInt64(), _ => (ulong)random.Next(100_000) };
        return Strict.GetBytes(new Checkpoint($"example.org/{random.Next(100)}", size, AnyHash(random), extensions).FormatBody());
    }

    private static bool ParseCheckpoint(byte[] input, out string? wrong)
    {
        wrong = null;
        string text = Encoding.UTF8.GetString(input);
        if (!Checkpoint.TryParse(text, out Checkpoint? checkpoint, out _))
        {
            return false;
        }

        wrong = checkpoint.FormatBody() == text ? null : $"accepted, but it is written as {checkpoint.FormatBody()}";
        return true;
    }

    private static byte[] MakeNote(Random random) =>
        Sign(random.Next(4) == 0 ? Strict.GetBytes("some\n\ntext\n") : MakeCheckpoint(random), random);

    private static byte[] Sign(byte[] text, Random random)
    {
        StringBuilder note = new(Strict.GetString(text) + "\n");
        byte[] signed = new byte[68];
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            Ed25519Signer signer = Signers[random.Next(Signers.Length)];
            BinaryPrimitives.WriteUInt32BigEndian(signed, signer.KeyId);
            signer.Sign(text, signed.AsSpan(4));
            note.Append(CultureInfo.InvariantCulture, $"\u2014 {signer.Name} {Convert.ToBase64String(signed)}\n");
        }

        return Strict.GetBytes(note.ToString());
    }

    private static bool ParseNote(byte[] input, out string? wrong)
    {
        wrong = null;
        if (!SignedNote.TryParse(input, out SignedNote? note, out _))
        {
            return false;
        }

        StringBuilder again = new(note.Text + "\n");
        foreach (NoteSignature signature in note.Signatures)
        {
            byte[] signed = new byte[4 + signature.Signature.Length];
            BinaryPrimitives.WriteUInt32BigEndian(signed, signature.KeyId);
            signature.Signature.CopyTo(signed.AsMemory(4));
            again.Append(CultureInfo.InvariantCulture, $"\u2014 {signature.Name} {Convert.ToBase64String(signed)}\n");
        }

        wrong = ParserCases.Differs(input, Strict.GetBytes(again.ToString()));

        // A text that was changed must not verify, whatever else is in the note.
        NoteVerification opened = note.Open([.. Signers.Select(signer => signer.VerifierKey)]);
        if (opened.IsGood && opened.VerifiedBy.Count == 0)
        {
            wrong ??= "good, though no key verified it";
        }

        return true;
    }

    private static byte[] MakeProof(Random random)
    {
        Hash256[] hashes = [.. Enumerable.Range(0, random.Next(8) == 0 ? TlogProof.MaxHashes : random.Next(20)).Select(_ => AnyHash(random))];
        byte[] extra = new byte[random.Next(2) * random.Next(100)];
        random.NextBytes(extra);
        return TlogProof.Create((ulong)random.NextInt64() >> random.Next(63), hashes, Sign(MakeCheckpoint(random), random), extra).Format();
    }

    private static bool ParseProof(byte[] input, out string? wrong)
    {
        wrong = null;
        if (!TlogProof.TryParse(input, out TlogProof? proof, out _))
        {
            return false;
        }

        wrong = ParserCases.Differs(input, proof.Format());
        return true;
    }

    private static Hash256 AnyHash(Random random)
    {
        Span<byte> hash = stackalloc byte[Hash256.Size];
        random.NextBytes(hash);
        return Hash256.Read(hash);
    }

    private static bool ParseVerifierKey(byte[] input, out string? wrong)
    {
        wrong = null;
        string text = Encoding.UTF8.GetString(input);
        if (!VerifierKey.TryParse(text, out VerifierKey? key, out _))
        {
            return false;
        }

        wrong = key.ToString() == text.Trim() ? null : $"accepted, but it is written as {key}";
        return true;
    }

    private static bool ParsePrivateKey(byte[] input, out string? wrong)
    {
        wrong = null;
        string text = Encoding.UTF8.GetString(input);
        try
        {
            using Ed25519Signer signer = Ed25519Signer.ParsePrivateKey(text);
            wrong = signer.ExportPrivateKey() == text.Trim() ? null : "accepted, but it is written otherwise";
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
