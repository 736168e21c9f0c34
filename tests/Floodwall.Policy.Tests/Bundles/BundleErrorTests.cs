namespace Floodwall.Policy.Tests.Bundles;

public sealed class BundleErrorTests
{
    private const string Rule = "rules: [{id: a, condition: true, decision: deny}]\n";

    /// <summary>Text, place of the error, a part of its message, the suggestion.</summary>
    public static TheoryData<string, string, string, string?> Wrong { get; } = new()
    {
        // The YAML itself.
        { "", "", "got an empty file", null },
        { "# nothing\n", "", "got an empty file", null },
        { "a: \"b\nc: d\n", "1:4", "well-formed YAML", "a closing quote" },
        { "version: 'v1\n", "1:10", "well-formed YAML", "a closing quote" },
        { "rules:\n\t- id: a\n", "2:1", "well-formed YAML", "spaces" },
        { "a: b: c\n", "1:5", "well-formed YAML", "quotes around text that holds a colon and a space" },
        { "rules: [\n", "2:1", "well-formed YAML", null },
        { "...\n", "", "got an empty file", null },
        { "...\n...\n", "1:1", "well-formed YAML", null },
        { Rule + "---\n" + Rule, "2:1", "expected one document in a file", null },
        { "%YAML 1.1\n---\n" + Rule, "1:1", "no YAML directives", null },
        { "rules: &r [{id: a, condition: x, decision: deny}]\n", "1:8", "expected no anchors, got &r", null },
        { "rules: *r\n", "1:8", "expected no aliases, got *r", null },
        { "rules: !!seq [{id: a, condition: x, decision: deny}]\n", "1:8", "expected no tags", null },
        { "version: !!str v1\n" + Rule, "1:10", "expected no tags", null },
        { "version: !exec v1\n" + Rule, "1:10", "expected no tags", null },
        { "version: v1\nversion: v1\n" + Rule, "2:1", "expected each key once, got 'version' a second time (first on line 1)", null },
        { "rules:\n- id: a\n  condition: x\n  decision: deny\n  id: b\n", "5:3", "got 'id' a second time", null },
        { "rules: [{id: a, when: {topic: x, topic: y}, decision: deny}]", "1:34", "got 'topic' a second time", null },
        { "? [a]\n: b\n", "1:3", "expected a name in front of the colon, got a list", null },
        { "<<: {a: b}\n" + Rule, "1:1", "expected no merge keys", null },
        { "version: v1\u0000\n", "1:12", "expected no U+0000", null },
        { "version: v1\n# \u202E\n" + Rule, "2:3", "expected no U+202E", null },
        { "version: v1\u2028" + Rule, "1:12", "expected no U+2028", "a line feed" },
        { "rules: [{id: \"a\\u0007\", condition: true, decision: deny}]", "1:14", "expected no U+0007 in a text", null },
        { "rules: [{id: a, condition: true, decision: deny, priority: .nan}]", "1:60", "expected a finite number, got .nan", null },
        { "rules: [{id: a, condition: true, decision: deny, priority: -.INF}]", "1:60", "expected a finite number", null },
        { "rules: [{id: a, when: {k: NaN}, decision: deny}]", "1:27", "expected a finite number", null },
        { "rules: [{id: a, when: {k: Infinity}, decision: deny}]", "1:27", "expected a finite number", null },
        { "rules: [{id: a, when: {k: 1e999}, decision: deny}]", "1:27", "within the range of 64 bits", null },
        // The shape of bundles.
        { "- a\n", "1:1", "expected a policy bundle, got a list", null },
        { "just text\n", "1:1", "expected a policy bundle, got 'just text'", null },
        { "version: v1\n", "1:1", "expected policies or rules in a policy bundle, got none", null },
        { "policies: []\n", "1:1", "expected policies or rules in a policy bundle, got none", null },
        { "version: v2\n" + Rule, "1:10", "expected v1 or 1, got 'v2'", "v1" },
        { "verson: v1\n" + Rule, "1:1", "the unknown field 'verson'", "version" },
        { "default_decision: deny\n" + Rule, "1:1", "the unknown field 'default_decision'", null },
        { "mode: enforced\n" + Rule, "1:7", "expected enforce, shadow or audit, got 'enforced'", "enforce" },
        { "rules: deny\n", "1:8", "expected a list of rules, got 'deny'", null },
        { "rules: []\n", "1:8", "expected at least one rule", null },
        { "rules:\n", "1:7", "expected a list of rules, got nothing", null },
        { "policies:\n  id: a\n", "2:3", "expected a list of policies, got a mapping", null },
        { "policies:\n- scope: global\n  rules: [{id: a, condition: x, decision: deny}]\n", "2:3", "expected id in a policy", null },
        { "policies:\n- id: a\n", "2:3", "expected rules in a policy", null },
        { "policies:\n- id: a\n  type: hrad\n  rules: [{id: a, condition: x, decision: deny}]\n", "3:9", "expected hard or soft, got 'hrad'", "hard" },
        { "policies:\n- id: a\n  scope: evn:dev\n  rules: [{id: a, condition: x, decision: deny}]\n", "3:10", "expected global, org:NAME", "env:dev" },
        { "policies:\n- id: a\n  scope: 'pool:'\n  rules: [{id: a, condition: x, decision: deny}]\n", "3:10", "expected a name behind the colon", null },
        { "policies:\n- id: a\n  scope: pool:*\n  rules: [{id: a, condition: x, decision: deny}]\n", "3:10", "not a pattern", null },
        { "policies:\n- id: a/b\n  rules: [{id: a, condition: x, decision: deny}]\n", "2:7", "no slash in an id", "'a-b'" },
        { "policies:\n- id: 42\n  rules: [{id: a, condition: x, decision: deny}]\n", "2:7", "expected an id, got '42'", "\"42\"" },
        // Rules.
        { "rules: [{condition: true, decision: deny}]", "1:9", "expected id in a rule", null },
        { "rules: [{id: a, name: b, condition: true, decision: deny}]", "1:17", "expected id once, got it as id and as name", null },
        { "rules: [{id: a, decision: deny}]", "1:9", "expected one of condition, when and match in a rule, got none", "condition: \"true\" for a rule that always applies" },
        { "rules: [{id: a, condition: x, when: {topic: t}, decision: deny}]", "1:37", "got condition and when", null },
        { "rules: [{id: a, condition: '  ', decision: deny}]", "1:28", "expected a condition, got an empty text", "\"true\" for a rule that always applies" },
        { "rules: [{id: a, condition: 5, decision: deny}]", "1:28", "expected a condition, got '5'", "\"5\"" },
        { "rules: [{id: a, condition: x, dialect: sql, decision: deny}]", "1:40", "expected cel or words", null },
        { "rules: [{id: a, condition: x}]", "1:9", "expected decision in a rule", null },
        { "rules: [{id: a, condition: x, decision: dney}]", "1:41", "expected admit, approve, allow,", "deny" },
        { "rules: [{id: a, condition: x, decision: DENY}]", "1:41", "got 'DENY'", "deny" },
        { "rules: [{id: a, condition: x, decision: deny, onunknown: deny}]", "1:47", "the unknown field 'onunknown'", "onUnknown" },
        { "rules: [{id: a, condition: x, decision: deny, onUnknown: allow}]", "1:58", "expected deny, defer or pessimistic", null },
        { "rules: [{id: a, condition: x, decision: deny, priority: high}]", "1:57", "expected an integer from -2147483648 to 2147483647, got 'high'", null },
        { "rules: [{id: a, condition: x, decision: deny, priority: 1.5}]", "1:57", "expected an integer", null },
        { "rules: [{id: a, condition: x, decision: deny, priority: 99999999999999999999999999999999999999999999999}]", "1:57", "expected an integer", null },
        { "rules: [{id: a, condition: x, decision: deny, params: {wait: 5}}]", "1:56", "the unknown field 'wait'", null },
        { "rules: [{id: a, condition: x, decision: shape, params: {algoritm: linear}}]", "1:57", "the unknown field 'algoritm'", "algorithm" },
        { "rules: [{id: a, condition: x, decision: shape, params: {algorithm: cubic}}]", "1:68", "expected fixed, linear or exponential", null },
        { "rules: [{id: a, condition: x, decision: shape, params: {algorithm: fixed, factor: 2}}]", "1:83", "expected factor only with the algorithms linear and exponential", "algorithm: linear" },
        { "rules: [{id: a, condition: x, decision: shape, params: {algorithm: linear, factor: 0}}]", "1:84", "expected a number from 0.000001 to 1000000 with at most 6 decimals, got '0'", null },
        { "rules: [{id: a, condition: x, decision: shape, params: {algorithm: linear, factor: 1.0000001}}]", "1:84", "at most 6 decimals", null },
        { "rules: [{id: a, condition: x, decision: shape, params: {algorithm: exponential, factor: 0.5}}]", "1:89", "waits would shrink", null },
        { "rules: [{id: a, condition: x, decision: shape, params: {wait: 9, maxWait: 8}}]", "1:75", "expected a maxWait of at least wait, which is 9", null },
        { "rules: [{id: a, condition: x, decision: shape, params: {wait: 0}}]", "1:63", "expected an integer from 1 to 18446744073709551615", null },
        { "rules: [{id: a, condition: x, decision: shape, params: {wait: 18446744073709551616}}]", "1:63", "expected an integer from 1 to 18446744073709551615", null },
        { "rules: [{id: a, condition: x, decision: defer, params: {until: rest}}]", "1:64", "expected reset or a tick, got 'rest'", "reset" },
        { "rules: [{id: a, condition: x, decision: defer, params: {until: reset, ticks: 3}}]", "1:78", "expected until or ticks, got both", null },
        { "rules: [{id: a, condition: x, decision: switch}]", "1:9", "expected params with the identity to switch to", "params: {identity: NAME}" },
        { "rules: [{id: a, condition: x, decision: deny, reason: b, params: {reason: c}}]", "1:75", "expected one reason", null },
        { "rules:\n- {id: a, condition: x, decision: deny}\n- {id: a, condition: y, decision: deny}\n", "3:3", "expected each rule id once, got 'a' a second time (first at policy.yaml:2:3)", null },
        { "rules: [{id: a, condition: x, decision: deny, reason: 'no {agnt}'}]", "1:59", "expected one of the placeholders {agent}, {resource}", "{agent}" },
        { "rules: [{id: a, condition: x, decision: deny, reason: \"{agent} {resource\"}]", "1:64", "got a brace that is not closed", "{resource}" },
        { "rules: [{id: a, condition: x, decision: deny, reason: \"{resource by {agent}\"}]", "1:56", "got a brace that is not closed", "{resource}" },
        { "rules: [{id: a, condition: x, decision: deny, reason: \"a {{agent}}\"}]", "1:58", "got a brace that is not closed", null },
        { "rules:\n- id: a\n  condition: x\n  decision: deny\n  params:\n    reason: |\n      {agent} may\n      not {detail:priorty}\n", "8:11", "got '{detail:priorty}'", "{detail:priority}" },
        // Maps.
        { "rules: [{id: a, when: {}, decision: deny}]", "1:23", "got an empty mapping", "condition: \"true\"" },
        { "rules: [{id: a, when: topic, decision: deny}]", "1:23", "expected a mapping, got 'topic'", null },
        { "rules: [{id: a, when: {topic: }, decision: deny}]", "1:31", "expected a value or a list of values, got nothing", null },
        { "rules: [{id: a, when: {topic: []}, decision: deny}]", "1:31", "expected at least one value", null },
        { "rules: [{id: a, when: {topic: {a: b}}, decision: deny}]", "1:31", "expected a value or a list of values, got a mapping", null },
        { "rules: [{id: a, when: {topic: a*b}, decision: deny}]", "1:31", "expected * only at the start or the end", null },
        { "rules: [{id: a, when: {topic: \"**\"}, decision: deny}]", "1:31", "expected * only at the start or the end", null },
        { "rules: [{id: a, when: {action: destory}, decision: deny}]", "1:32", "expected apply, scale or destroy, got 'destory'", "destroy" },
        { "rules: [{id: a, when: {blast_radius: [global, regoin]}, decision: deny}]", "1:47", "expected cell, service, region or global", "region" },
        { "rules: [{id: a, when: {cidr: 10.0.0.1/8}, decision: deny}]", "1:30", "no bits behind the prefix", "10.0.0.0/8" },
        { "rules: [{id: a, when: {cidr: 10.0.0/8}, decision: deny}]", "1:30", "expected a network", null },
        { "rules: [{id: a, when: {cidr: 010.0.0.0/8}, decision: deny}]", "1:30", "expected a network", null },
        { "rules: [{id: a, when: {cidr: 10.0.0.0/33}, decision: deny}]", "1:30", "expected a network", null },
        { "rules: [{id: a, when: {cidr: 10.0.0.0/08}, decision: deny}]", "1:30", "expected a network", null },
        { "rules: [{id: a, match: {topcs: [x]}, decision: deny}]", "1:25", "the unknown field 'topcs'", "topics" },
        { "rules: [{id: a, match: {labels: {}}, decision: deny}]", "1:33", "got an empty mapping", "condition: \"true\"" },
        { "attributes: {n: int}\nrules: [{id: a, when: {n: many}, decision: deny}]", "2:27", "expected an integer", null },
        { "attributes: {n: bool}\nrules: [{id: a, when: {n: yes}, decision: deny}]", "2:27", "expected true or false, got 'yes'", "true" },
        // Around the policies.
        { "attributes: {n: integer}\n" + Rule, "1:17", "expected string, int, double, bool or string_list, got 'integer'", null },
        { "attributes: {n: {type: int, maxSize: 4}}\n" + Rule, "1:38", "expected maxSize only with", null },
        { "attributes: {n: {type: string, maxSize: 65537}}\n" + Rule, "1:41", "expected an integer from 1 to 65536", null },
        { "attributes: [n]\n" + Rule, "1:13", "expected a mapping of attribute names to types", null },
        { "ticks: {perSecond: 0, unixSecondsAtZero: 0}\n" + Rule, "1:20", "expected an integer from 1 to 1000000000", null },
        { "ticks: {perSecond: 1}\n" + Rule, "1:8", "expected unixSecondsAtZero in the ticks", null },
        { "metadata: {revision: -1}\n" + Rule, "1:22", "expected an integer from 1", null },
        { "metadata: {nmae: x}\n" + Rule, "1:12", "the unknown field 'nmae'", "name" },
        { Rule + "exemptions: [{id: e, who: {agent: a}, policies: [ruls], why: w, expires: 1, maxUses: 1}]", "2:50", "expected the id of a policy of this bundle, got 'ruls'", "rules" },
        { Rule + "exemptions: [{id: e, who: {agent: a}, rules: [a], why: w, expires: 1, maxUses: 1}]", "2:47", "expected a rule of this bundle as POLICY/RULE", "rules/a" },
        { Rule + "exemptions: [{id: e, who: {}, policies: ['*'], why: w, expires: 1, maxUses: 1}]", "2:27", "expected agent, identity or role", "agent: \"*\" for everybody" },
        { Rule + "exemptions: [{id: e, who: {agent: a}, why: w, expires: 1, maxUses: 1}]", "2:14", "expected policies or rules in an exemption", "policies: [\"*\"] for all" },
        { Rule + "exemptions: [{id: e, who: {agent: a}, policies: ['*'], expires: 1, maxUses: 1}]", "2:14", "expected why in an exemption", null },
        { Rule + "exemptions: [{id: e, who: {agent: a}, policies: ['*'], why: w, maxUses: 1}]", "2:14", "expected expires in an exemption", null },
        { Rule + "exemptions: [{id: e, who: {agent: a}, policies: ['*'], why: w, expires: 1, maxUses: 0}]", "2:85", "expected an integer from 1", null },
        { Rule + "exemptions: [{id: e, who: {agent: a*b}, policies: ['*'], why: w, expires: 1, maxUses: 1}]", "2:35", "expected * only at the start or the end", null },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Bad_input_is_named_with_its_place(string text, string place, string message, string? suggestion)
    {
        BundleReadResult result = Seeds.Read(text);
        Assert.Null(result.Bundle);

        // Conditions stand for any here, and are checked elsewhere.
        PolicyDiagnostic error = Assert.Single(result.Diagnostics, diagnostic => !diagnostic.Message.StartsWith("condition: ", StringComparison.Ordinal));
        Assert.Equal(DiagnosticSeverity.Error, error.Severity);
        Assert.Equal(place, error.Line == 0 ? "" : $"{error.Line}:{error.Column}");
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(suggestion, error.Suggestion);
        Assert.Equal("policy.yaml", error.File);
    }

    [Fact]
    public void Many_errors_come_at_once_in_the_order_of_the_file()
    {
        BundleReadResult result = Seeds.Read("""
            verson: v1
            policies:
            - id: a
              type: hrad
              rules:
              - id: b
                condition: x
                decision: dney
              - condition: y
                decision: deny
            """);
        Assert.Equal(["1:1", "4:9", "8:15", "9:5"], result.Diagnostics.Select(error => $"{error.Line}:{error.Column}"));
    }

    [Fact]
    public void A_hundred_errors_are_enough()
    {
        string rules = string.Concat(Enumerable.Range(0, 5000).Select(i => $"- {{id: r{i}, condition: x, decision: dney}}\n"));
        BundleReadResult result = Seeds.Read("rules:\n" + rules);
        Assert.Equal(BundleLimits.MaxErrors, result.Diagnostics.Count);
        Assert.Contains("too many errors", result.Diagnostics[^1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_only_may_be_wrong_is_a_warning()
    {
        BundleReadResult result = Seeds.Read("rules: [{id: a, when: {enviroment: prod, port: 22}, decision: deny}]");
        Assert.NotNull(result.Bundle);
        Assert.Equal(
            [("1:24", "environment"), ("1:48", null)],
            result.Diagnostics.Select(found => ($"{found.Line}:{found.Column}", found.Suggestion)));
        Assert.All(result.Diagnostics, found => Assert.Equal(DiagnosticSeverity.Warning, found.Severity));
        Assert.Equal("""attr.enviroment == "prod" && attr.port == "22" """.TrimEnd(), result.Bundle.Policies[0].Rules[0].Condition.Text);
    }

    [Fact]
    public void No_number_of_warnings_makes_an_error()
    {
        BundleReadResult result = Seeds.Read("rules:\n" + string.Concat(Enumerable.Range(0, 300).Select(i => $"- {{id: r{i}, when: {{a{i}: 5}}, decision: deny}}\n")));
        Assert.NotNull(result.Bundle);
        Assert.Equal(BundleLimits.MaxWarnings, result.Diagnostics.Count);
    }

    [Fact]
    public void Conditions_of_other_rules_are_checked_beside_a_rule_that_is_none()
    {
        IReadOnlyList<PolicyDiagnostic> errors = Seeds.Read("rules:\n- {id: a, condition: intent.topc == 'x', decision: deny}\n- {id: b, condition: 'true', decision: dney}\n").Diagnostics;
        Assert.Equal([(2, "topic"), (3, "deny")], errors.Select(error => (error.Line, error.Suggestion)));

        // What the broken header declares is not known.
        Assert.Equal("int", Assert.Single(Seeds.Read("attributes: {n: itn}\nrules: [{id: a, condition: attr.n > 3, decision: deny}]\n").Diagnostics).Suggestion);
    }

    [Fact]
    public void A_diagnostic_reads_as_one_line() => Assert.Equal(
        "policy.yaml:1:41: error: expected admit, approve, allow, shape, throttle, defer, require_approval, require_human, require-approval, switch, deny or reject, got 'dney' (did you mean deny?)",
        Seeds.Read("rules: [{id: a, condition: x, decision: dney}]").Diagnostics[0].ToString());

    [Theory]
    [InlineData(new byte[] { 0xFE, 0xFF, 0, 97 }, 1, 1, "UTF-16")]
    [InlineData(new byte[] { 97, 0, 58, 0 }, 1, 1, "UTF-16")]
    [InlineData(new byte[] { 97, 58, 10, 98, 0xC3 }, 2, 2, "byte 0xc3")]
    [InlineData(new byte[] { 97, 13, 10, 97, 0xFF, 97 }, 2, 2, "byte 0xff")]
    public void Other_encodings_are_named(byte[] bytes, int line, int column, string message)
    {
        PolicyDiagnostic error = Assert.Single(BundleReader.Read([new BundleSource("f", bytes)]).Diagnostics);
        Assert.Equal((line, column), (error.Line, error.Column));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_byte_order_mark_and_carriage_returns_are_accepted()
    {
        string text = "\uFEFF" + Seeds.Rules.ReplaceLineEndings("\r\n");
        Assert.Equal(CanonicalForm.Address(Seeds.Bundle(Seeds.Rules)), CanonicalForm.Address(Seeds.Bundle(text)));
    }
}
