using System.Globalization;
using System.Text;
using Floodwall.Crypto;
using Floodwall.Ledger;

namespace Floodwall.Reliability.Tests;

/// <summary>
/// A signer that remembers every tree head it ever signed, also those whose note never reached a file, and never signs a second root at
/// one size: the wrong signature is kept as evidence.
/// </summary>
internal sealed class RecordingSigner : ISigner
{
    private static readonly Ed25519Signer Key = Ed25519Signer.FromSeed("example.org/reliability", [.. Enumerable.Range(1, 32).Select(i => (byte)i)]);

    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, Hash256> _roots;

    public RecordingSigner() => _roots = [];

    private RecordingSigner(Dictionary<ulong, Hash256> roots) => _roots = roots;

    public static VerifierKey Verifier => Key.VerifierKey;

    public string Name => Key.Name;

    public uint KeyId => Key.KeyId;

    public ReadOnlyMemory<byte> PublicKey => Key.PublicKey;

    public VerifierKey VerifierKey => Key.VerifierKey;

    /// <summary>What is wrong with a signature that was made; null as long as none is.</summary>
    public string? Wrong { get; private set; }

    /// <summary>Signatures over different sizes.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _roots.Count;
            }
        }
    }

    /// <summary>The largest tree head signed; size 0 where there is none.</summary>
    public TreeHead Largest
    {
        get
        {
            lock (_gate)
            {
                ulong size = _roots.Count == 0 ? 0 : _roots.Keys.Max();
                return size == 0 ? default : new TreeHead(size, _roots[size]);
            }
        }
    }

    /// <summary>A signer that remembers the same past, for one of the futures that a crash may have.</summary>
    public RecordingSigner Fork()
    {
        lock (_gate)
        {
            return new RecordingSigner(new Dictionary<ulong, Hash256>(_roots));
        }
    }

    public void Sign(ReadOnlySpan<byte> message, Span<byte> signature)
    {
        string[] lines = Encoding.UTF8.GetString(message).Split('\n');
        ulong size = ulong.Parse(lines[1], CultureInfo.InvariantCulture);
        Assert.True(Hash256.TryParseBase64(lines[2], out Hash256 root));
        lock (_gate)
        {
            if (_roots.TryGetValue(size, out Hash256 before) && before != root)
            {
                Wrong ??= $"two roots signed at size {size}: {before.ToBase64()} and {root.ToBase64()}";
            }

            _roots[size] = root;
        }

        Key.Sign(message, signature);
    }
}
