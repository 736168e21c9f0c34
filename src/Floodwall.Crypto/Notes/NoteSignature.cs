using System.Buffers.Binary;

namespace Floodwall.Crypto;

/// <summary>One signature line of a signed note: <c>— name base64(keyID ‖ signature)</c>.</summary>
public sealed class NoteSignature
{
    internal NoteSignature(string name, uint keyId, byte[] signature)
    {
        Name = name;
        KeyId = keyId;
        Signature = signature;
    }

    /// <summary>Name of the key that is said to have signed.</summary>
    public string Name { get; }

    /// <summary>Id of the key that is said to have signed.</summary>
    public uint KeyId { get; }

    /// <summary>The bytes behind the key id; 64 for Ed25519, 72 for a timestamped cosignature, more for others.</summary>
    public ReadOnlyMemory<byte> Signature { get; }

    /// <summary>The line as it stands in a note, with its newline.</summary>
    public string ToLine()
    {
        byte[] signed = new byte[sizeof(uint) + Signature.Length];
        BinaryPrimitives.WriteUInt32BigEndian(signed, KeyId);
        Signature.Span.CopyTo(signed.AsSpan(sizeof(uint)));
        return $"\u2014 {Name} {Convert.ToBase64String(signed)}\n";
    }

    /// <summary>Whether name and key id are those of <paramref name="key"/>.</summary>
    public bool IsBy(VerifierKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return KeyId == key.KeyId && Name == key.Name;
    }
}
