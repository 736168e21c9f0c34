using System.Diagnostics;
using Floodwall.Load.Measuring;

namespace Floodwall.Load.Scenarios.Stages;

/// <summary>Makes candidates of stages: finds out once how many operations a run takes, then runs fresh instances.</summary>
internal sealed class StageTimer(double seconds, bool smoke)
{
    private const long Granule = 256;
    private const long FirstProbe = 64 * Granule;
    private const double ProbeSeconds = 0.05;

    private readonly Dictionary<string, long> _operations = [];

    public Candidate Candidate(StageKind kind) => new(kind.Name, () => [Run(kind)]);

    private Reading Run(StageKind kind)
    {
        if (!_operations.TryGetValue(kind.Name, out long operations))
        {
            operations = smoke ? FirstProbe : Calibrate(kind);
            _operations.Add(kind.Name, operations);
        }

        Stage stage = kind.Make();
        using IDisposable? resources = stage as IDisposable;

        // Symbols defined, pages touched, code compiled.
        long settling = smoke ? FirstProbe : Math.Max(FirstProbe, operations / 10 / Granule * Granule);
        RunInChunks(stage, settling);
        double[] chunks = new double[(operations + stage.Chunk - 1) / stage.Chunk];
        Meter meter = Meter.Start();
        RunInChunks(stage, operations, chunks);
        Reading reading = meter.Stop(kind.Name, operations);
        Array.Sort(chunks);
        return reading with { Undisturbed = chunks[chunks.Length / 10], ProducerBytes = reading.AllocatedBytes, Proof = $"{kind.Name}: {stage.Check(settling + operations)}" };
    }

    private long Calibrate(StageKind kind)
    {
        Stage stage = kind.Make();
        using IDisposable? resources = stage as IDisposable;
        long operations = FirstProbe;
        while (true)
        {
            Meter meter = Meter.Start();
            RunInChunks(stage, operations);
            Reading reading = meter.Stop(kind.Name, operations);
            if (reading.Seconds >= ProbeSeconds || operations * 4 >= stage.MostOperations)
            {
                return Math.Clamp((long)(seconds * 1e9 / reading.Nanoseconds), FirstProbe, stage.MostOperations) / Granule * Granule;
            }

            operations *= 2;
        }
    }

    private static void RunInChunks(Stage stage, long operations, double[]? nanoseconds = null)
    {
        long chunk = stage.Chunk;
        for (int i = 0; operations > 0; operations -= chunk, i++)
        {
            long count = Math.Min(chunk, operations);
            long start = Stopwatch.GetTimestamp();
            stage.Run(count);
            if (nanoseconds is not null)
            {
                nanoseconds[i] = Stopwatch.GetElapsedTime(start).TotalNanoseconds / count;
            }
        }
    }
}
