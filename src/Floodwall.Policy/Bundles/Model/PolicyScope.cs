namespace Floodwall.Policy;

/// <summary>The levels of the hierarchy, from highest to lowest. A lower one never loosens what a higher one decided.</summary>
public enum PolicyLevel
{
    /// <summary>Everybody.</summary>
    Global,

    /// <summary>An organisation, an environment, or an environment of an organisation.</summary>
    Scope,

    /// <summary>A resource pool.</summary>
    Pool,

    /// <summary>An identity.</summary>
    Identity,
}

/// <summary>
/// Whom a policy is about: <c>global</c>, <c>org:…</c>, <c>env:…</c>, <c>org:…/env:…</c>, <c>pool:…</c> or <c>identity:…</c>.
/// </summary>
/// <param name="Level">The level.</param>
/// <param name="Organisation">The intent's scope; null for any.</param>
/// <param name="Environment">The intent's environment; null for any.</param>
/// <param name="Name">The pool or the identity; null on the other levels.</param>
public sealed record PolicyScope(PolicyLevel Level, string? Organisation, string? Environment, string? Name)
{
    /// <summary>Everybody.</summary>
    public static PolicyScope Global { get; } = new(PolicyLevel.Global, null, null, null);

    /// <summary>Reads a scope. Never throws; on failure <paramref name="problem"/> says what was expected.</summary>
    public static bool TryParse(string text, out PolicyScope scope, out string? problem)
    {
        ArgumentNullException.ThrowIfNull(text);
        scope = Global;
        problem = null;
        if (text == "global")
        {
            return true;
        }

        if (text.StartsWith("org:", StringComparison.Ordinal))
        {
            int split = text.IndexOf("/env:", StringComparison.Ordinal);
            scope = split < 0
                ? new PolicyScope(PolicyLevel.Scope, text[4..], null, null)
                : new PolicyScope(PolicyLevel.Scope, text[4..split], text[(split + 5)..], null);
        }
        else if (text.StartsWith("env:", StringComparison.Ordinal))
        {
            int split = text.IndexOf("/org:", StringComparison.Ordinal);
            scope = split < 0
                ? new PolicyScope(PolicyLevel.Scope, null, text[4..], null)
                : new PolicyScope(PolicyLevel.Scope, text[(split + 5)..], text[4..split], null);
        }
        else if (text.StartsWith("pool:", StringComparison.Ordinal))
        {
            scope = new PolicyScope(PolicyLevel.Pool, null, null, text[5..]);
        }
        else if (text.StartsWith("identity:", StringComparison.Ordinal))
        {
            scope = new PolicyScope(PolicyLevel.Identity, null, null, text[9..]);
        }
        else
        {
            problem = "expected global, org:NAME, env:NAME, org:NAME/env:NAME, pool:NAME or identity:NAME";
            return false;
        }

        foreach (string? name in (ReadOnlySpan<string?>)[scope.Organisation, scope.Environment, scope.Name])
        {
            problem ??= name switch
            {
                null => null,
                "" => "expected a name behind the colon",
                _ when name.Contains('*', StringComparison.Ordinal) => "expected one name, not a pattern; patterns belong in a condition",
                _ => BundleText.NameProblem(name, BundleLimits.MaxNameBytes),
            };
        }

        return problem is null;
    }

    /// <summary>The scope as it is written in a policy file.</summary>
    public override string ToString() => Level switch
    {
        PolicyLevel.Global => "global",
        PolicyLevel.Pool => "pool:" + Name,
        PolicyLevel.Identity => "identity:" + Name,
        _ when Environment is null => "org:" + Organisation,
        _ when Organisation is null => "env:" + Environment,
        _ => $"org:{Organisation}/env:{Environment}",
    };
}
