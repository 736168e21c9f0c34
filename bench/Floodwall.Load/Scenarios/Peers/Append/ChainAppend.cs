using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Floodwall.Load.Scenarios.Peers.Assembly;
using Floodwall.Load.Scenarios.Stages;
using Floodwall.Pipeline;

namespace Floodwall.Load.Scenarios.Peers.Append;

/// <summary>54-byte records into a <see cref="HashChainLog"/>; handed to the operating system every <see cref="FlushEvery"/> records and at the end.</summary>
internal sealed class ChainAppend : Stage, IDisposable
{
    private const int FlushEvery = 1024;
    private const int IdOffset = 7;

    private readonly string _path;
    private readonly HashChainLog _log;
    private readonly byte[] _payload = new byte[DecisionEntry.CoreLength];
    private ulong _next;

    public ChainAppend(string path)
    {
        _path = path;
        _log = new HashChainLog(path, AssembledTuning.Default.BufferBytes);
        new Random(1).NextBytes(_payload);
    }

    public override long MostOperations => 20_000_000;

    public override void Run(long operations)
    {
        for (; operations > 0; operations--)
        {
            Span<byte> at = _log.Payload(DecisionEntry.CoreLength);
            _payload.CopyTo(at);
            MemoryMarshal.Write(at[IdOffset..], _next++);
            _log.Commit(WallEntryKinds.Decision, DecisionEntry.CoreLength);
            if (_next % FlushEvery == 0)
            {
                _log.Flush();
            }
        }

        _log.Flush();
    }

    public override string Check(long operations)
    {
        _log.Close();
        ulong count = 0;
        ulong sum = 0;
        string proof = HashChainProof.Read(_path, payload =>
        {
            count++;
            sum += BinaryPrimitives.ReadUInt64LittleEndian(payload[IdOffset..]);
        });
        Measuring.WrongAnswerException.ThrowUnlessEqual((ulong)operations, count, "records in the log");
        FloodBench.RequireIdSum(operations, sum);
        return proof;
    }

    public void Dispose() => _log.Dispose();
}
