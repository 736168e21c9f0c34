namespace Floodwall.Load.Scenarios;

/// <summary>Every scenario of this program, found by its type.</summary>
internal static class ScenarioList
{
    /// <summary>What stands on the command line for all of them.</summary>
    public const string Every = "all";

    public static IReadOnlyList<IScenario> All { get; } =
    [
        .. typeof(ScenarioList).Assembly.GetTypes()
            .Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IScenario)))
            .Select(type => (IScenario)Activator.CreateInstance(type)!)
            .OrderBy(scenario => scenario.Order),
    ];

    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static IReadOnlyList<IScenario> Named(string name)
    {
        IReadOnlyList<IScenario> found = name == Every ? All : [.. All.Where(scenario => scenario.Name == name)];
        return found.Count > 0
            ? found
            : throw new ArgumentException($"scenario '{name}' is unknown; {string.Join(", ", All.Select(scenario => scenario.Name))} or {Every} expected");
    }
}
