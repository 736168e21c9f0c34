namespace Floodwall.Policy.Tests.Cel;

/// <summary>How a conformance test went.</summary>
internal enum ConformanceOutcome
{
    Passed,

    /// <summary>It needs what this implementation does not have, by a reason of <see cref="ConformanceSupport"/>.</summary>
    Unsupported,

    Wrong,
}

/// <summary>A conformance test's outcome: the reason it is unsupported, or what came out instead.</summary>
internal sealed record ConformanceResult(ConformanceTest Test, ConformanceOutcome Outcome, string Detail);
