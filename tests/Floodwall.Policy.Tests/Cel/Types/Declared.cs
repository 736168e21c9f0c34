using Floodwall.Policy.Cel;

namespace Floodwall.Policy.Tests.Cel;

/// <summary>An environment such as policies have.</summary>
internal static class Declared
{
    private static readonly CelStruct Agent = new("Agent", [new("name", CelType.String), new("role", CelType.String, new CelSizes(32))]);

    private static readonly CelStruct Intent = new("Intent",
    [
        new("agent", CelType.Of(Agent)),
        new("kind", CelType.String, new CelSizes(64)),
        new("cost", CelType.Double),
        new("count", CelType.Int),
        new("at", CelType.Timestamp),
        new("labels", CelType.Parse("map(string, string)"), new CelSizes(16, new CelSizes(63), new CelSizes(63))),
        new("resources", CelType.Parse("list(string)"), new CelSizes(8, null, new CelSizes(256))),
        new("plan", CelType.Dyn),
    ]);

    public static CelEnvironment Environment { get; } = CelEnvironment.Standard
        .WithVariable("intent", CelType.Of(Intent))
        .WithVariable("flag", CelType.Bool)
        .WithVariable("texts", CelType.Parse("list(string)"))
        .WithVariable("maybe", CelType.Parse("optional(int)"))
        .WithVariable("acme.limits.max", CelType.Int)
        .WithFunction(new CelFunctionDeclaration("first", [CelOverload.Parse("first_list list(A).() -> optional(A)", CelCostClass.Constant)]));

    public static CelChecked Check(string text, CelCheckOptions? options = null, CelEnvironment? environment = null) =>
        CelChecker.Check(Parsing.Root(text), environment ?? Environment, options);

    public static string Errors(string text, CelCheckOptions? options = null) =>
        string.Join('\n', Check(text, options).Diagnostics.Select(diagnostic => diagnostic.Describe(text)));
}
