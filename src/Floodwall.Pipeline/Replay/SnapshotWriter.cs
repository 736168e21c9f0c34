using System.Buffers.Binary;

namespace Floodwall.Pipeline;

/// <summary>
/// Writes the wall's state into the ledger as parts of kind <see cref="WallEntryKinds.Snapshot"/>: u64 decisions that could not be
/// recorded since the last one, the state as <see cref="StateEncoder"/> lays it out, SHA-256 of the state.
/// </summary>
/// <remarks>
/// The intake's half of the state lies on its own thread. It asks, and rests until the ledger's thread, which has by then recorded
/// everything before, has answered: the snapshot stands at one place in the order of commands, and nothing is copied or locked.
/// Allocates nothing after construction.
/// </remarks>
/// <param name="recording">Writes entries.</param>
/// <param name="registrar">Judges what fails, and counts what could not be recorded.</param>
/// <param name="state">The state.</param>
/// <param name="givenUp">Intents that wait on record and not in the state: their decisions will never be recorded.</param>
internal sealed class SnapshotWriter(RecordingStage recording, Registrar registrar, IPlaneState state, int givenUp) : IDisposable
{
    private readonly PartWriter _parts = new(recording);
    private readonly StateDigest _digest = new();
    private ulong _givenUp = (ulong)givenUp;
    private ulong _lostBefore;
    private ulong _answer;
    private bool _asked;

    /// <summary>The state that is written.</summary>
    public IPlaneState State => state;

    /// <summary>Writes a snapshot. On the ledger's thread, while the intake rests.</summary>
    /// <returns>Its length in bytes; 0 when it could not be written, and then what stands of it counts for nothing.</returns>
    public ulong Write()
    {
        if (!registrar.CanRecord)
        {
            return 0;
        }

        try
        {
            recording.Definitions.DefineUsed(state);
            ulong lost = registrar.Unrecorded;
            _parts.Begin(WallEntryKinds.Snapshot);
            Span<byte> head = stackalloc byte[sizeof(ulong)];
            BinaryPrimitives.WriteUInt64LittleEndian(head, lost - _lostBefore + _givenUp);
            _parts.Write(head);
            StateDigest.Output output = new(_digest, _parts);
            StateEncoder.Encode(state, ref output);
            _parts.Write(_digest.Finish().AsBytes());
            _parts.End();
            _lostBefore = lost;
            _givenUp = 0;
            registrar.ClockRecorded(state.Clock);
            return _parts.ContentBytes;
        }
#pragma warning disable CA1031 // a wall without a newer snapshot is whole; whether the ledger still is, the registrar judges
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _digest.Finish();
            registrar.RecordingFailed(exception);
            return 0;
        }
    }

    /// <summary>On the intake's thread, before the request goes into the ring.</summary>
    public void Ask() => Volatile.Write(ref _asked, true);

    /// <summary>On the ledger's thread, when the request comes out.</summary>
    public void Answer()
    {
        try
        {
            _answer = Write();
        }
        finally
        {
            Volatile.Write(ref _asked, false);
        }
    }

    /// <summary>On the intake's thread: rests until the ledger's thread has written.</summary>
    public ulong AwaitAnswer()
    {
        SpinWait spin = default;
        while (Volatile.Read(ref _asked))
        {
            spin.SpinOnce();
        }

        return _answer;
    }

    public void Dispose() => _digest.Dispose();
}
