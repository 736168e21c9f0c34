namespace Floodwall.Policy.Cel;

/// <summary>The declarations of the functions that the evaluator has beyond <see cref="CelEnvironment.Standard"/>.</summary>
public static class CelExtensionLibrary
{
    /// <summary>
    /// Declares <c>cidrContains(network, addressOrNetwork)</c>, <c>optional.unwrap(list)</c> and <c>list.unwrapOpt()</c>.
    /// </summary>
    public static CelEnvironment AddTo(CelEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        return environment
            .WithFunction(new CelFunctionDeclaration(
                "cidrContains", [CelOverload.Parse("cidr_contains_string (string, string) -> bool", CelCostClass.Constant)]))
            .WithFunction(new CelFunctionDeclaration("optional.unwrap", [CelOverload.Parse("optional_unwrap (list(optional(A))) -> list(A)")]))
            .WithFunction(new CelFunctionDeclaration(
                "unwrapOpt", [CelOverload.Parse("optional_unwrapOpt list(optional(A)).() -> list(A)")]));
    }
}
