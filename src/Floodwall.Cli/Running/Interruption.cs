using System.Runtime.InteropServices;

namespace Floodwall.Cli.Running;

/// <summary>
/// Ctrl-C and SIGTERM while a run lasts: the first ends it in order, with everything submitted decided and signed; a second one
/// ends the process at once, with what is appended kept.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private const int ExitCodeOfInterrupted = 130;

    private readonly CancellationTokenSource _source = new();
    private readonly List<PosixSignalRegistration> _registrations = [];

    public Interruption()
    {
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal));
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal));
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        _registrations.ForEach(registration => registration.Dispose());
        _source.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        if (_source.IsCancellationRequested)
        {
            Environment.Exit(ExitCodeOfInterrupted);
        }

        context.Cancel = true;
        _source.Cancel();
    }
}
