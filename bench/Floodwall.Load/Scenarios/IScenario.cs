using Floodwall.Load.Measuring;
using Floodwall.Load.Reporting;

namespace Floodwall.Load.Scenarios;

/// <summary>One question put to the wall. Classes of this kind with a parameterless constructor are found by themselves.</summary>
/// <remarks>
/// What is to be compared goes as candidates to one <see cref="Runner"/>, which runs them in rounds; <see cref="PairedRatio"/> then
/// compares two series round by round. What takes too long to set up for rounds goes through <see cref="Repeat"/>, and the report says so.
/// Under which question a report stands in the index is for <see cref="IndexPage"/> to say.
/// </remarks>
internal interface IScenario
{
    /// <summary>Its name on the command line and the name of its report's folder.</summary>
    string Name { get; }

    /// <summary>One line for the help text.</summary>
    string Summary { get; }

    /// <summary>Its place in the index.</summary>
    int Order { get; }

    /// <exception cref="WrongAnswerException">The wall did not do the work it was timed for.</exception>
    Report Run(LoadContext context);
}

/// <summary>What every scenario is given.</summary>
internal sealed class LoadContext(LoadOptions options, Progress progress, LedgerShelf ledgers)
{
    private readonly string _loadBefore = Machine.LoadAverage();

    public LoadOptions Options { get; } = options;

    public Progress Progress { get; } = progress;

    public LedgerShelf Ledgers { get; } = ledgers;

    /// <summary>
    /// The machine, how busy it was when the scenario began and now, and, except in a smoke run, what its disk takes now. Asked when all is
    /// measured: what is written for that is written and deleted behind it.
    /// </summary>
    public Machine DescribeMachine() =>
        Machine.Describe(Ledgers.Root, _loadBefore, Options.Smoke ? null : DiskSpeed.Measure(Ledgers.Root));
}
