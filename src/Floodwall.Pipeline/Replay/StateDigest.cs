using System.Security.Cryptography;
using Floodwall.Crypto;

namespace Floodwall.Pipeline;

/// <summary>SHA-256 over encoded state, fed piece by piece. Small pieces are gathered first.</summary>
internal sealed class StateDigest : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _buffer = new byte[16 << 10];
    private int _filled;

    /// <summary>The digest of a state.</summary>
    public static Hash256 Of(IPlaneState state)
    {
        using StateDigest digest = new();
        Output output = new(digest, null);
        StateEncoder.Encode(state, ref output);
        return digest.Finish();
    }

    public void Add(scoped ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _buffer.Length - _filled)
        {
            Flush();
        }

        if (bytes.Length > _buffer.Length)
        {
            _hash.AppendData(bytes);
            return;
        }

        bytes.CopyTo(_buffer.AsSpan(_filled));
        _filled += bytes.Length;
    }

    /// <summary>The digest of everything added; begins anew.</summary>
    public Hash256 Finish()
    {
        Flush();
        Span<byte> digest = stackalloc byte[Hash256.Size];
        _hash.GetHashAndReset(digest);
        return Hash256.Read(digest);
    }

    public void Dispose() => _hash.Dispose();

    private void Flush()
    {
        _hash.AppendData(_buffer.AsSpan(0, _filled));
        _filled = 0;
    }

    /// <summary>Hashes, and where there is a writer, writes.</summary>
    internal readonly struct Output(StateDigest digest, PartWriter? parts) : IStateOutput
    {
        public void Write(scoped ReadOnlySpan<byte> bytes)
        {
            digest.Add(bytes);
            parts?.Write(bytes);
        }
    }
}
