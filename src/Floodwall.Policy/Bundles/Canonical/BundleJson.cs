using Floodwall.Pipeline;
using Floodwall.Policy.Reading;

namespace Floodwall.Policy.Canonical;

/// <summary>A bundle as the members of its canonical form: the fields of docs/policies.md under their first names.</summary>
internal static class BundleJson
{
    public static JsonMembers Of(PolicyBundle bundle)
    {
        var attributes = new JsonMembers();
        foreach (AttributeDeclaration attribute in bundle.Attributes)
        {
            attributes.Add(attribute.Name, new JsonMembers()
                .With("type", BundleWords.Of(BundleWords.AttributeTypes, attribute.Type))
                .With("maxSize", attribute.MaxSize > 0 ? attribute.MaxSize : null));
        }

        return new JsonMembers()
            .With("version", bundle.Version)
            .With("metadata", Metadata(bundle.Metadata))
            .With("attributes", attributes)
            .With("ticks", bundle.Ticks is TickClock clock
                ? new JsonMembers().With("perSecond", clock.PerSecond).With("unixSecondsAtZero", clock.UnixSecondsAtZero)
                : null)
            .With("facts", bundle.StaleAfterTicks > 0 ? new JsonMembers().With("staleAfter", bundle.StaleAfterTicks) : null)
            .With("policies", bundle.Policies.Select(Policy))
            .With("exemptions", bundle.Exemptions.Select(Exemption));
    }

    private static JsonMembers Metadata(BundleMetadata metadata) => new JsonMembers()
        .With("name", metadata.Name)
        .With("revision", metadata.Revision > 0 ? metadata.Revision : null)
        .With("description", metadata.Description)
        .With("owner", metadata.Owner);

    private static JsonMembers Policy(PolicyDocument policy) => new JsonMembers()
        .With("id", policy.Id)
        .With("scope", policy.Scope.ToString())
        .With("type", BundleWords.Of(BundleWords.Types, policy.Type))
        .With("mode", BundleWords.Of(BundleWords.Modes, policy.Mode))
        .With("rules", policy.Rules.Select(Rule));

    private static JsonMembers Rule(RuleDocument rule) => new JsonMembers()
        .With("id", rule.Id)
        .With("condition", rule.Condition.Text)
        .With("dialect", BundleWords.Of(BundleWords.Dialects, rule.Condition.Dialect))
        .With("decision", BundleWords.Of(BundleWords.Decisions, rule.Decision))
        .With("params", Params(rule))
        .With("priority", rule.Priority)
        .With("reason", rule.Reason)
        .With("onUnknown", BundleWords.Of(BundleWords.Unknowns, rule.OnUnknown));

    private static JsonMembers? Params(RuleDocument rule) => rule.Decision switch
    {
        VerdictKind.Shape when rule.Shape is ShapeParameters shape => new JsonMembers()
            .With("algorithm", BundleWords.Of(BundleWords.Algorithms, shape.Algorithm))
            .With("wait", shape.WaitTicks)
            .With("factor", shape.Algorithm == ShapeAlgorithm.Fixed ? null : shape.FactorMicros / (decimal)ShapeParameters.FactorScale)
            .With("maxWait", shape.MaxWaitTicks),
        VerdictKind.Defer when rule.Defer is DeferParameters defer => defer.Until switch
        {
            DeferUntil.Reset => new JsonMembers().With("until", "reset"),
            DeferUntil.Tick => new JsonMembers().With("until", defer.Ticks),
            _ => new JsonMembers().With("ticks", defer.Ticks),
        },
        VerdictKind.Switch => new JsonMembers().With("identity", rule.SwitchTo),
        _ => null,
    };

    private static JsonMembers Exemption(ExemptionDocument exemption) => new JsonMembers()
        .With("id", exemption.Id)
        .With("who", new JsonMembers()
            .With("agent", exemption.Who.Agent?.Text)
            .With("identity", exemption.Who.Identity?.Text)
            .With("role", exemption.Who.Role?.Text))
        .With("policies", Covered(exemption.Policies))
        .With("rules", Covered(exemption.Rules))
        .With("why", exemption.Why)
        .With("expires", exemption.ExpiresTick)
        .With("maxUses", exemption.MaxUses)
        .With("breakGlass", exemption.BreakGlass);

    private static IEnumerable<object>? Covered(IReadOnlyList<string> names) =>
        names.Count == 0 ? null : names.Order(StringComparer.Ordinal);
}
