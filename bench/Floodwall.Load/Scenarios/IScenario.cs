using Floodwall.Load.Measuring;
using Floodwall.Load.Reporting;

namespace Floodwall.Load.Scenarios;

/// <summary>One question put to the wall. Public classes of this kind with a parameterless constructor are found by themselves.</summary>
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
internal sealed record LoadContext(LoadOptions Options, Progress Progress, LedgerShelf Ledgers)
{
    /// <summary>How busy the machine was when the scenario began.</summary>
    public string LoadBefore { get; } = Machine.LoadAverage();

    public Machine DescribeMachine() => Machine.Describe(Ledgers.Root, LoadBefore);
}
