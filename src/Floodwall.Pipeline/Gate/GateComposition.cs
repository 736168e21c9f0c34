using System.Buffers.Binary;
using System.Text;
using Floodwall.Crypto;

namespace Floodwall.Pipeline;

/// <summary>What the ledger knows of one policy.</summary>
/// <param name="IsDescribed">Whether <paramref name="Text"/> is an <see cref="IDescribedPolicy.Description"/>; else it names the type.</param>
/// <param name="Text">The description, or the type's name.</param>
public readonly record struct PolicyText(bool IsDescribed, string Text);

/// <summary>
/// The gate's policies in the order in which they speak, as the ledger records them when a wall opens with others than before
/// or swaps them:
/// u32 count, then for each u8 described (0 or 1), u32 length, UTF-8 text. Little-endian, in parts of kind
/// <see cref="WallEntryKinds.Gate"/>.
/// </summary>
public static class GateComposition
{
    /// <summary>The longest composition, in bytes.</summary>
    public const int MaxBytes = 64 << 20;

    /// <summary>The longest description of one policy that is recorded; a longer one counts as none.</summary>
    public const int MaxTextBytes = 16 << 20;

    /// <summary>What is recorded of a gate.</summary>
    public static IReadOnlyList<PolicyText> Of(IEnumerable<IPolicy> policies)
    {
        ArgumentNullException.ThrowIfNull(policies);
        return
        [
            .. policies.Select(policy =>
                policy is IDescribedPolicy { Description: { } text } && Encoding.UTF8.GetByteCount(text) <= MaxTextBytes
                    ? new PolicyText(true, text)
                    : new PolicyText(false, policy.GetType().FullName ?? policy.GetType().Name)),
        ];
    }

    /// <summary>
    /// The composition's content address: SHA-256 of its bytes. Which composition judged a decision is told by the latest one before it
    /// in the ledger.
    /// </summary>
    /// <exception cref="ArgumentException">The composition is longer than <see cref="MaxBytes"/>.</exception>
    public static Hash256 AddressOf(IReadOnlyList<PolicyText> policies)
    {
        ArgumentNullException.ThrowIfNull(policies);
        return AddressOfBytes(Encode(policies) ?? throw new ArgumentException($"The composition exceeds {MaxBytes} bytes.", nameof(policies)));
    }

    internal static Hash256 AddressOfBytes(ReadOnlySpan<byte> composition) => Sha256.Hash(composition);

    /// <summary>The bytes of a composition; null when it is longer than <see cref="MaxBytes"/>.</summary>
    internal static byte[]? Encode(IReadOnlyList<PolicyText> policies)
    {
        long length = 4 + policies.Sum(policy => 5L + Encoding.UTF8.GetByteCount(policy.Text));
        if (length > MaxBytes)
        {
            return null;
        }

        byte[] bytes = new byte[length];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)policies.Count);
        int at = 4;
        foreach (PolicyText policy in policies)
        {
            int text = Encoding.UTF8.GetBytes(policy.Text, bytes.AsSpan(at + 5));
            bytes[at] = policy.IsDescribed ? (byte)1 : (byte)0;
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at + 1), (uint)text);
            at += 5 + text;
        }

        return bytes;
    }

    /// <summary>Reads a composition back.</summary>
    /// <returns>Null, or what is wrong with the bytes.</returns>
    internal static string? Decode(ReadOnlySpan<byte> bytes, out IReadOnlyList<PolicyText> policies)
    {
        List<PolicyText> read = [];
        policies = read;
        if (bytes.Length < 4)
        {
            return $"a gate's composition has {bytes.Length} bytes, expected at least 4";
        }

        uint count = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        ReadOnlySpan<byte> rest = bytes[4..];
        for (uint i = 0; i < count; i++)
        {
            uint length = rest.Length < 5 ? uint.MaxValue : BinaryPrimitives.ReadUInt32LittleEndian(rest[1..]);
            if (length > (uint)Math.Max(rest.Length - 5, 0) || rest[0] > 1 || !EntryText.TryDecode(rest.Slice(5, (int)length), out string text))
            {
                return $"policy {i} of {count} in a gate's composition is malformed";
            }

            read.Add(new PolicyText(rest[0] == 1, text));
            rest = rest[(5 + (int)length)..];
        }

        return rest.IsEmpty ? null : $"a gate's composition has {rest.Length} bytes behind its {count} policies";
    }
}
