namespace Floodwall.Policy.Tests.Bundles;

/// <summary>Policy files that have to load as they are, and a large one of our own.</summary>
internal static class Seeds
{
    public const string Rules = """
        version: v1
        rules:
        - id: deny-prod-public-ingress
          when:
            topic: infra.security_group.update
            env: production
            cidr: "0.0.0.0/0"
          decision: deny
        - id: require-approval-prod-delete
          when:
            topic: infra.resource.delete
            env: production
          decision: require_human
        - id: throttle-bulk-recreate
          when:
            topic: infra.cluster.recreate
            env: production
          decision: throttle
        """;

    public const string Policies = """
        policies:
        - id: "global-safety-net"
          scope: "global"
          type: "hard"
          rules:
          - name: "prevent-exhaustion"
            condition: "risk.p99_exhaustion_before_reset == true"
            action: "defer"
            priority: 100
        - id: "dev-throttling"
          scope: "env:dev"
          type: "soft"
          rules:
          - name: "slow-down-devs"
            condition: "pool.utilization > 0.50"
            action: "shape"
            params:
              algorithm: "linear"
              factor: 2.0
            priority: 50
        """;

    public const string Everything = """
        version: v1
        mode: shadow
        metadata:
          name: production-guard
          revision: 7
          description: What production may not do.
          owner: platform
        attributes:
          encrypted: bool
          replicas: int
          load: double
          peer_cidrs: {type: string_list, maxSize: 8}
          note: {type: string, maxSize: 200}
        ticks: {perSecond: 1000, unixSecondsAtZero: 1700000000}
        facts: {staleAfter: 60000}
        rules:
        - id: everything-off
          condition: "true"
          decision: reject
          reason: 'stopped: {agent} on {resource}'
        policies:
        - id: shaping
          scope: org:acme/env:prod
          type: soft
          mode: enforce
          rules:
          - {id: a, condition: risk.p_exhaustion > 0.99 OR pool.remaining == 0, decision: shape, params: {algorithm: exponential, wait: 5, factor: 1.5, maxWait: 900}}
          - {id: b, when: {encrypted: false, replicas: [3, 5], load: 2}, decision: defer, params: {ticks: 30}, onUnknown: deny}
          - {id: c, match: {topics: [job.*, sys.x], tenants: [acme], risk_tags: [blocked, pii*], labels: {_source: workflow, "a.b": "1"}}, decision: require_approval}
          - {id: d, if: "IF agent.role == 'dev' AND risk.p_exhaustion > 0.5", decision: switch, params: {identity: backup}, priority: -3}
          - {id: e, when: {peer_cidrs: [10.0.0.0/8, "::/0"], note: "*", pool.remaining: 0}, decision: allow}
        - id: until
          scope: pool:github/core
          rules:
          - {id: a, condition: 'time.now > timestamp("2026-01-01T00:00:00Z")', decision: defer, params: {until: 4711}, onUnknown: pessimistic}
        exemptions:
        - id: incident-42
          who: {agent: deploy-*, role: sre}
          policies: [shaping]
          rules: [until/a, rules/everything-off]
          why: the pool is being moved
          expires: 90000
          maxUses: 3
          breakGlass: true
        """;

    public static BundleSource Source(string text, string name = "policy.yaml") => new(name, System.Text.Encoding.UTF8.GetBytes(text));

    public static BundleReadResult Read(string text) => BundleReader.Read([Source(text)]);

    /// <summary>The bundle of a text that is expected to be right.</summary>
    public static PolicyBundle Bundle(string text)
    {
        BundleReadResult result = Read(text);
        Assert.True(result.Bundle is not null, string.Join("\n", result.Diagnostics));
        return result.Bundle;
    }
}
