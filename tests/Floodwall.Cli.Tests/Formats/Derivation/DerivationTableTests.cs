using System.Text;
using Floodwall.Cli.Formats;
using Floodwall.Cli.Formats.Derivation;
using Floodwall.Pipeline;

namespace Floodwall.Cli.Tests.Formats.Derivation;

public sealed class DerivationTableTests
{
    [Theory]
    [InlineData("aws_instance", "update", BlastRadius.Cell)]
    [InlineData("null_resource", "create", BlastRadius.Cell)]
    [InlineData("aws_db_instance", "delete", BlastRadius.Service)]
    [InlineData("some_unheard_of_thing", "delete", BlastRadius.Service)]
    [InlineData("aws_vpc", "create", BlastRadius.Service)]
    [InlineData("aws_vpc", "update", BlastRadius.Region)]
    [InlineData("aws_vpc", "delete", BlastRadius.Region)]
    [InlineData("aws_iam_role", "create", BlastRadius.Region)]
    [InlineData("google_project_iam_member", "create", BlastRadius.Region)]
    [InlineData("aws_eks_cluster", "delete", BlastRadius.Region)]
    [InlineData("aws_kms_key", "delete", BlastRadius.Region)]
    [InlineData("aws_kms_key", "update", BlastRadius.Service)]
    [InlineData("aws_route53_record", "update", BlastRadius.Service)]
    [InlineData("aws_route53_zone", "delete", BlastRadius.Global)]
    [InlineData("aws_organizations_policy", "update", BlastRadius.Global)]
    [InlineData("aws_iam_account_password_policy", "update", BlastRadius.Global)]
    public void Terraform_types_have_the_radius_that_the_table_gives(string type, string verb, BlastRadius expected)
    {
        Derived derived = DerivationTable.Default.Derive(Facts(InputFormat.TerraformPlan) with { Type = type, Verb = verb });

        Assert.Equal((expected, Priority.Normal, $"infra.{type}.{verb}"), (derived.BlastRadius, derived.Priority, derived.Topic));
    }

    [Theory]
    [InlineData("pods", "", "shop", "create", BlastRadius.Cell, Priority.Normal)]
    [InlineData("pods", "", "kube-system", "delete", BlastRadius.Cell, Priority.Normal)]
    [InlineData("pods", "", "shop", "deletecollection", BlastRadius.Service, Priority.Normal)]
    [InlineData("configmaps", "", "shop", "update", BlastRadius.Cell, Priority.Normal)]
    [InlineData("configmaps", "", "kube-system", "update", BlastRadius.Region, Priority.Normal)]
    [InlineData("deployments.apps", "", "shop", "patch", BlastRadius.Service, Priority.Normal)]
    [InlineData("deployments.apps", "status", "shop", "patch", BlastRadius.Cell, Priority.Bulk)]
    [InlineData("nodes", "status", "", "patch", BlastRadius.Cell, Priority.Bulk)]
    [InlineData("nodes", "", "", "patch", BlastRadius.Service, Priority.Normal)]
    [InlineData("nodes", "", "", "delete", BlastRadius.Region, Priority.Normal)]
    [InlineData("namespaces", "", "", "create", BlastRadius.Service, Priority.Normal)]
    [InlineData("namespaces", "", "", "delete", BlastRadius.Region, Priority.Normal)]
    [InlineData("leases.coordination.k8s.io", "", "kube-node-lease", "update", BlastRadius.Cell, Priority.Bulk)]
    [InlineData("clusterroles.rbac.authorization.k8s.io", "", "", "create", BlastRadius.Region, Priority.Normal)]
    [InlineData("selfsubjectaccessreviews.authorization.k8s.io", "", "", "create", BlastRadius.Cell, Priority.Bulk)]
    [InlineData("customresourcedefinitions.apiextensions.k8s.io", "", "", "update", BlastRadius.Region, Priority.Normal)]
    [InlineData("mutatingwebhookconfigurations.admissionregistration.k8s.io", "", "", "create", BlastRadius.Region, Priority.Normal)]
    [InlineData("widgets.example.org", "", "shop", "create", BlastRadius.Service, Priority.Normal)]
    public void Kubernetes_resources_have_the_radius_that_the_table_gives(
        string type, string subresource, string space, string verb, BlastRadius expected, Priority priority)
    {
        foreach (InputFormat format in (InputFormat[])[InputFormat.KubernetesAudit, InputFormat.AdmissionReview])
        {
            Derived derived = DerivationTable.Default.Derive(
                Facts(format) with { Type = type, Plural = type.Split('.')[0], Subresource = subresource, Namespace = space, Verb = verb });

            Assert.Equal((expected, priority), (derived.BlastRadius, derived.Priority));
            string middle = subresource.Length == 0 ? "" : "." + subresource;
            Assert.Equal($"k8s.{type.Split('.')[0]}{middle}.{verb}", derived.Topic);
        }
    }

    [Theory]
    [InlineData("prd", "shop", "production")]
    [InlineData("", "shop-prod", "production")]
    [InlineData("qa7", "shop-prod", "qa7")]
    [InlineData("", "staging", "staging")]
    [InlineData("", "shop", null)]
    public void The_environment_comes_from_a_tag_or_the_namespace(string tag, string space, string? expected) =>
        Assert.Equal(
            expected, DerivationTable.Default.Derive(Facts(InputFormat.KubernetesAudit) with { EnvTag = tag, Namespace = space }).Environment);

    [Fact]
    public void Values_for_the_run_go_before_rules_but_not_before_the_input()
    {
        DerivationTable table = DerivationTable.Default.With(
            new DerivationOverrides { BlastRadius = BlastRadius.Cell, Priority = Priority.Urgent, Topic = "t", Environment = "e" });

        Derived derived = table.Derive(Facts(InputFormat.TerraformPlan) with { Type = "aws_iam_role", Verb = "create", EnvTag = "prod" });
        Assert.Equal(new Derived(BlastRadius.Cell, Priority.Urgent, "t", "e"), derived);
        ChangeRecord stated = Inputs.One(
            """{"agent":"a","resource":"r","action":"apply","blast_radius":"global","priority":"bulk","topic":"own","environment":"mine"}""",
            new ReadOptions { Derivation = table });
        Assert.Equal(
            (BlastRadius.Global, Priority.Bulk, "own", "mine"), (stated.BlastRadius, stated.Priority, stated.Topic, stated.Environment));
        Assert.Throws<InputException>(() => DerivationTable.Default.With(new DerivationOverrides { Topic = "a\nb" }));
    }

    [Fact]
    public void A_file_goes_before_the_built_in_table_or_replaces_it()
    {
        const string Rules = """
            [ { "match": { "environment": "production", "action": ["destroy"] }, "set": { "blast_radius": "global" } },
              { "match": { "type": "aws_s*" }, "set": { "priority": "urgent", "topic": "{environment}.{type}" } },
              { "match": { "agent": "nobody" }, "set": { "environment": "nowhere" } } ]
            """;
        DerivationTable front = Load($$"""{"version":1,"rules":{{Rules}}}""");
        DerivationTable alone = Load($$"""{"version":1,"fallback":"none","rules":{{Rules}}}""");
        ChangeFacts facts = Facts(InputFormat.TerraformPlan) with
        {
            Type = "aws_sqs_queue",
            Verb = "delete",
            EnvTag = "prod",
            Action = IntentAction.Destroy,
        };

        Assert.Equal(new Derived(BlastRadius.Global, Priority.Urgent, "production.aws_sqs_queue", "production"), front.Derive(facts));
        Assert.Equal(new Derived(BlastRadius.Service, Priority.Normal, "infra.aws_iam_x.delete", "production"), front.Derive(facts with { Type = "aws_iam_x", Action = IntentAction.Apply }) with { BlastRadius = BlastRadius.Service });
        // Alone there is no environment, so the template with it does not apply.
        Assert.Equal(new Derived(BlastRadius.Service, Priority.Urgent, null, null), alone.Derive(facts));
        Assert.Equal(3 + DerivationTable.Default.Rules.Count, front.Rules.Count);
    }

    [Theory]
    [InlineData("""{"rules":[]}""", "my.json: $.version: expected 1, got nothing")]
    [InlineData("""{"version":2,"rules":[]}""", "my.json: $.version: expected 1, got 2")]
    [InlineData("""{"version":1}""", "my.json: $.rules: expected an array of rules, got nothing")]
    [InlineData("""{"version":1,"rules":{}}""", "my.json: $.rules: expected an array of rules, got an object")]
    [InlineData("""{"version":1,"rules":[],"extra":1}""", "my.json: $.extra: expected one of version, about, fallback, rules, got an unknown property")]
    [InlineData("""{"version":1,"fallback":"maybe","rules":[]}""", "my.json: $.fallback: expected \"default\" or \"none\", got \"maybe\"")]
    [InlineData("""{"version":1,"rules":[{}]}""", "my.json: $.rules[0].set: expected an object, got nothing")]
    [InlineData("""{"version":1,"rules":[{"set":{}}]}""", "my.json: $.rules[0].set: expected blast_radius, priority, topic or environment, got none of them")]
    [InlineData("""{"version":1,"rules":[{"set":{"blast_radius":"wide"}}]}""", "my.json: $.rules[0].set.blast_radius: expected cell, service, region or global, got \"wide\"")]
    [InlineData("""{"version":1,"rules":[{"set":{"priority":3}}]}""", "my.json: $.rules[0].set.priority: expected a string, got 3")]
    [InlineData("""{"version":1,"rules":[{"set":{"priority":null}}]}""", "my.json: $.rules[0].set.priority: expected a string, got null")]
    [InlineData("""{"version":1,"rules":[{"set":{"topic":"{colour}"}}]}""", "my.json: $.rules[0].set.topic: expected a template with facts in braces (format, agent, ")]
    [InlineData("""{"version":1,"rules":[{"set":{"topic":"a}b"}}]}""", "my.json: $.rules[0].set.topic: expected a template")]
    [InlineData("""{"version":1,"rules":[{"set":{"topic":"a{type"}}]}""", "my.json: $.rules[0].set.topic: expected a template")]
    [InlineData("""{"version":1,"rules":[{"match":{"colour":"*"},"set":{"priority":"bulk"}}]}""", "my.json: $.rules[0].match.colour: expected one of format, agent, ")]
    [InlineData("""{"version":1,"rules":[{"match":{"type":[1]},"set":{"priority":"bulk"}}]}""", "my.json: $.rules[0].match.type: expected a pattern or an array of patterns, got an array of 1")]
    [InlineData("""{"version":1,"rules":[{"match":{"action":"delete"},"set":{"priority":"bulk"}}]}""", "my.json: $.rules[0].match.action: expected apply, scale or destroy, got \"delete\"")]
    [InlineData("""{"version":1,"rules":[{"match":{"format":"terraform"},"set":{"priority":"bulk"}}]}""", "my.json: $.rules[0].match.format: expected intents, terraform-plan, k8s-audit or admission-review, got \"terraform\"")]
    [InlineData("""{"version":1,"rules":[{"match":{"environment":"x"},"set":{"environment":"y"}}]}""", "my.json: $.rules[0].set.environment: expected a rule that sets the environment not to depend on it")]
    [InlineData("{\"version\":1,\n\"rules\":[}", "my.json:2: expected valid JSON")]
    [InlineData("[]", "my.json: expected an object, got an array of 0")]
    public void A_bad_file_is_explained(string text, string message) =>
        Assert.StartsWith(message, Assert.Throws<InputException>(() => Load(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("*", "", true)]
    [InlineData("", "", true)]
    [InlineData("", "a", false)]
    [InlineData("a*c", "abbbc", true)]
    [InlineData("a*c", "abbb", false)]
    [InlineData("*a*b*", "xxaxxbxx", true)]
    [InlineData("?*", "", false)]
    [InlineData("a?c", "abc", true)]
    [InlineData("*ab", "aab", true)]
    [InlineData("A*", "abc", false)]
    [InlineData("a.c", "abc", false)]
    public void Globs_match_whole_strings(string pattern, string text, bool expected) => Assert.Equal(expected, new Glob(pattern).Matches(text));

    [Fact]
    public void A_glob_of_many_stars_ends()
    {
        var glob = new Glob(string.Concat(Enumerable.Repeat("*a", 500)) + "b");

        Assert.False(glob.Matches(new string('a', 1024)));
    }

    private static ChangeFacts Facts(InputFormat format) =>
        new() { Format = format, Agent = "agent", Resource = "resource", Action = IntentAction.Apply };

    private static DerivationTable Load(string text) => DerivationTable.Load(new MemoryStream(Encoding.UTF8.GetBytes(text)), "my.json");
}
