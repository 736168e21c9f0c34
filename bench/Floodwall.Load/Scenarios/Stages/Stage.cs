namespace Floodwall.Load.Scenarios.Stages;

/// <summary>One stage of the wall by itself, on one thread. Disposed where it is disposable.</summary>
internal abstract class Stage
{
    /// <summary>The most operations of one run; stages that fill a disk state less.</summary>
    public virtual long MostOperations => 400_000_000;

    /// <summary>Operations of one call, a multiple of 256: short calls, so that the JIT compiles the loop itself for good.</summary>
    public virtual long Chunk => 16_384;

    /// <summary>Does the stage's work that many times; a multiple of 256.</summary>
    public abstract void Run(long operations);

    /// <summary>Proves that the work of all runs so far was done.</summary>
    /// <param name="operations">Operations run in all.</param>
    /// <returns>What proves it.</returns>
    /// <exception cref="Measuring.WrongAnswerException">It was not.</exception>
    public abstract string Check(long operations);
}

/// <summary>A stage by name.</summary>
/// <param name="Name">The series.</param>
/// <param name="What">What an operation is, for the reader.</param>
/// <param name="Make">Makes one, with everything set up that is not to be timed.</param>
internal sealed record StageKind(string Name, string What, Func<Stage> Make);
