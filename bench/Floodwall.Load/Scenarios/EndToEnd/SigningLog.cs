using System.Diagnostics;
using Floodwall.Crypto;

namespace Floodwall.Load.Scenarios.EndToEnd;

/// <summary>The signer of a measured wall, which notes when it signed: how many checkpoints fall into a timed window is part of what is timed.</summary>
internal sealed class SigningLog(ISigner signer) : ISigner
{
    /// <summary>Checkpoints that a run signed, among its figures.</summary>
    public const string Checkpoints = "checkpoints signed";

    /// <summary>Seconds that a run lasted, among its figures.</summary>
    public const string Seconds = "seconds";

    // Room for more than any run signs, so that nothing is allocated while it is measured.
    private readonly List<long> _signed = new(4096);
    private readonly Lock _lock = new();

    public string Name => signer.Name;

    public uint KeyId => signer.KeyId;

    public ReadOnlyMemory<byte> PublicKey => signer.PublicKey;

    public VerifierKey VerifierKey => signer.VerifierKey;

    public void Sign(ReadOnlySpan<byte> message, Span<byte> signature)
    {
        signer.Sign(message, signature);
        long now = Stopwatch.GetTimestamp();
        lock (_lock)
        {
            _signed.Add(now);
        }
    }

    /// <summary>Signatures that were made between two timestamps.</summary>
    public int Between(long from, long until)
    {
        lock (_lock)
        {
            return _signed.Count(at => at >= from && at <= until);
        }
    }
}
