namespace Disruptor;

/// <summary>
/// How a producer waits for a free slot: a few pauses, then it gives the processor away at every turn, so that the consumers it waits
/// for run even where threads outnumber cores. It never sleeps.
/// </summary>
internal struct FullRingWait
{
    private const int PausesOnFewCores = 4;
    private const int PausesOnManyCores = 64;
    private const int IterationsPerPause = 8;

    private static readonly int Pauses = Environment.ProcessorCount <= 2 ? PausesOnFewCores : PausesOnManyCores;

    private int _turns;

    public void Once()
    {
        if (_turns < Pauses)
        {
            _turns++;
            Thread.SpinWait(IterationsPerPause);
        }
        else
        {
            Thread.Yield();
        }
    }
}
