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
internal sealed class LoadContext
{
    private readonly string _loadBefore = Machine.LoadAverage();
    private readonly double? _diskBefore;

    public LoadContext(LoadOptions options, Progress progress, LedgerShelf ledgers)
    {
        (Options, Progress, Ledgers) = (options, progress, ledgers);
        _diskBefore = MeasureDisk();
    }

    public LoadOptions Options { get; }

    public Progress Progress { get; }

    public LedgerShelf Ledgers { get; }

    /// <summary>What the disk took before and, once <see cref="DescribeMachine"/> was asked, after; null before that, and in a smoke run.</summary>
    public DiskRates? Disk { get; private set; }

    /// <summary>The machine, how busy it was and how fast its disk was when the scenario began and now. Asked when all is measured.</summary>
    public Machine DescribeMachine()
    {
        Disk = _diskBefore is { } before && MeasureDisk() is { } after ? new DiskRates(before, after) : null;
        return Machine.Describe(Ledgers.Root, _loadBefore, Disk);
    }

    private double? MeasureDisk() => Options.Smoke ? null : DiskSpeed.Measure(Ledgers.Root);
}
