using BenchmarkDotNet.Attributes;
using Floodwall.Benchmarks.Support;
using Floodwall.Pipeline;

namespace Floodwall.Benchmarks;

/// <summary>A decision as the ledger's 47 bytes: the wall's encoding against a BinaryWriter over a stream that is used again. For one decision.</summary>
[MemoryDiagnoser]
public class DecisionEncoding
{
    private readonly Intents _intents = new();
    private readonly byte[] _buffer = new byte[DecisionEntry.MaxLength];
    private readonly byte[] _written = new byte[DecisionEntry.MaxLength];
    private BinaryWriter _writer = null!;

    [GlobalSetup]
    public void Check()
    {
        _writer = WriterInto(_written);
        foreach (ref readonly Intent intent in _intents.All.AsSpan())
        {
            int length = Encode(in intent);
            Answer.Require(DecisionEntry.CoreLength, length, $"bytes of the decision on intent {intent.Id}");
            Write(in intent);
            Answer.Require(length, (int)_writer.BaseStream.Position, "bytes by the writer");
            Answer.Require(_buffer.AsSpan(0, length).SequenceEqual(_written.AsSpan(0, length)), $"both write the same of intent {intent.Id}");
        }
    }

    [GlobalCleanup]
    public void Close() => _writer.Dispose();

    [Benchmark(Baseline = true, OperationsPerInvoke = Intents.Count, Description = "BinaryWriter")]
    public long Writer()
    {
        long bytes = 0;
        foreach (ref readonly Intent intent in _intents.All.AsSpan())
        {
            Write(in intent);
            bytes += _writer.BaseStream.Position;
        }

        return Checked(bytes);
    }

    [Benchmark(OperationsPerInvoke = Intents.Count, Description = "DecisionEntry.Write")]
    public long Entry()
    {
        long bytes = 0;
        foreach (ref readonly Intent intent in _intents.All.AsSpan())
        {
            bytes += Encode(in intent);
        }

        return Checked(bytes);
    }

    private static BinaryWriter WriterInto(byte[] buffer) => new(new MemoryStream(buffer));

    private static long Checked(long bytes)
    {
        Answer.Require((long)Intents.Count * DecisionEntry.CoreLength, bytes, "bytes");
        return bytes;
    }

    private int Encode(in Intent intent)
    {
        Verdict verdict = Verdict.Admit;
        int length = DecisionEntry.LengthOf(in intent, in verdict, intent.SubmittedTick, intent.SubmittedTick);
        DecisionEntry.Write(_buffer.AsSpan(0, length), in intent, in verdict, intent.SubmittedTick, intent.SubmittedTick);
        return length;
    }

    // The common decision: an admitted intent that passed straight through, nothing rare.
    private void Write(in Intent intent)
    {
        _writer.BaseStream.Position = 0;
        _writer.Write((byte)((int)intent.Action | ((int)intent.Priority << 2) | ((int)intent.BlastRadius << 4)));
        _writer.Write((byte)VerdictKind.Admit);
        _writer.Write(0u);
        _writer.Write((byte)0);
        _writer.Write(intent.Id);
        _writer.Write(intent.Agent.Id);
        _writer.Write(intent.Resource.Id);
        _writer.Write(intent.Topic.Id);
        _writer.Write(intent.Environment.Id);
        _writer.Write((uint)intent.SubmittedTick);
        _writer.Write((ushort)(intent.SubmittedTick >> 32));
        _writer.Write((ushort)0);
        _writer.Write((uint)intent.CostMicros);
        _writer.Write((ushort)intent.Replicas);
        _writer.Write((ushort)0);
    }
}
