namespace Floodwall.Pipeline.Tests;

/// <summary>The test key, which takes its time: it can be made to wait, and tells when somebody does.</summary>
internal sealed class HeldSigner : FailingSigner, IDisposable
{
    private readonly ManualResetEventSlim _open = new(initialState: true);

    /// <summary>Set once somebody waits for a signature.</summary>
    public ManualResetEventSlim Reached { get; } = new();

    public void Hold()
    {
        Reached.Reset();
        _open.Reset();
    }

    public void Release() => _open.Set();

    public override void Sign(ReadOnlySpan<byte> message, Span<byte> signature)
    {
        if (!_open.IsSet)
        {
            Reached.Set();
            _open.Wait();
        }

        base.Sign(message, signature);
    }

    public void Dispose()
    {
        _open.Dispose();
        Reached.Dispose();
    }
}
