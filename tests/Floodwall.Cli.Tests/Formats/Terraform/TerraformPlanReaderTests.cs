using System.Globalization;
using Floodwall.Cli.Formats;
using Floodwall.Pipeline;

namespace Floodwall.Cli.Tests.Formats.Terraform;

public sealed class TerraformPlanReaderTests
{
    [Theory]
    [InlineData("infracost-v0.14-plan.json", 13, 13)]
    [InlineData("terraform-compliance-158-plan.json", 29, 0)]
    [InlineData("terraform-compliance-249-plan.json", 6, 18)]
    [InlineData("terraform-json-deep-module-plan.json", 1, 0)]
    [InlineData("terraform-json-has-changes-plan.json", 0, 6)]
    [InlineData("terraform-json-actions-plan.json", 0, 0)]
    public void Real_plans_yield_every_change(string file, int changes, int noOps)
    {
        (List<ChangeRecord> records, ReadReport report, InputFormat format) = Inputs.ReadFile(TestData.Shared("terraform/" + file));

        Assert.Equal(InputFormat.TerraformPlan, format);
        Assert.Equal(changes, records.Count);
        Assert.Equal(noOps, report.SkippedCounts.GetValueOrDefault("no-op"));
        Assert.All(records, record => Assert.Equal((IntentAction.Apply, "terraform", 0), (record.Action, record.Agent, record.FollowsBack)));
        Assert.All(records, record => Assert.Equal(32, record.ManifestDigest!.Length));
    }

    [Theory]
    [InlineData("aws_security_group", """{"ingress":[{"cidr_blocks":["10.0.0.0/8","192.168.0.0/16"]},{"cidr_blocks":[],"ipv6_cidr_blocks":["2001:db8::/32"]}]}""", "10.0.0.0/8")]
    [InlineData("aws_security_group", """{"ingress":[{"cidr_blocks":["10.0.0.0/8"],"ipv6_cidr_blocks":["::/0"]}],"egress":[{"cidr_blocks":["0.0.0.0/0"]}]}""", "::/0")]
    [InlineData("aws_security_group_rule", """{"type":"ingress","cidr_blocks":["0.0.0.0/0"]}""", "0.0.0.0/0")]
    [InlineData("aws_security_group_rule", """{"type":"egress","cidr_blocks":["0.0.0.0/0"]}""", null)]
    [InlineData("aws_vpc_security_group_ingress_rule", """{"cidr_ipv4":"10.1.2.3/32","cidr_ipv6":null}""", "10.1.2.3/32")]
    [InlineData("aws_security_group", """{"ingress":[1,{"cidr_blocks":[null,"x/y","10.0.0.0","1.2.3.4/33","a\u0007/1","fe80::1%\u0007/10"]}]}""", null)]
    [InlineData("aws_security_group", """{"ingress":"all"}""", null)]
    [InlineData("aws_instance", """{"ingress":[{"cidr_blocks":["10.0.0.0/8"]}]}""", null)]
    public void The_widest_ingress_is_an_attribute(string type, string after, string? expected)
    {
        ChangeRecord record = Inputs.One(
            $$$"""{"format_version":"1.2","resource_changes":[{"address":"a.b","mode":"managed","type":"{{{type}}}","name":"b","change":{"actions":["update"],"before":null,"after":{{{after}}}}}]}""");
        Assert.Equal(expected is null ? [] : [new ChangeAttribute("cidr", expected)], record.Attributes);
    }

    [Fact]
    public void A_plan_without_changes_says_why()
    {
        ReadReport noOps = Inputs.ReadFile(TestData.Shared("terraform/terraform-json-has-changes-plan.json")).Report;
        ReadReport actions = Inputs.ReadFile(TestData.Shared("terraform/terraform-json-actions-plan.json")).Report;

        Assert.Contains("the input holds no changes: no-op 6", noOps.Notes);
        Assert.Contains("the plan has no resource_changes: it only invokes actions", actions.Notes);
        Assert.Contains(actions.Notes, note => note.StartsWith("provider actions", StringComparison.Ordinal) && note.EndsWith("(1)", StringComparison.Ordinal));
    }

    [Fact]
    public void A_real_update_is_read_in_full()
    {
        List<ChangeRecord> records = Inputs.ReadFile(TestData.Shared("terraform/infracost-v0.14-plan.json")).Records;

        ChangeRecord record = Assert.Single(records, r => r.Topic == "infra.aws_db_instance.update");
        Assert.Equal("module.db.module.db_1.module.db_instance.aws_db_instance.this[0]", record.Resource);
        Assert.Equal((BlastRadius.Service, Priority.Normal, "development"), (record.BlastRadius, record.Priority, record.Environment));
        Assert.Equal("$.resource_changes[7]", record.Position.Path);
        Assert.Equal(2142, record.Position.Line);
        Assert.Equal(2, records.Count(r => r.BlastRadius == BlastRadius.Region && r.Resource.Contains("aws_iam_", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_example_holds_a_replacement_as_a_linked_pair()
    {
        (List<ChangeRecord> records, ReadReport report, _) = Inputs.ReadFile(TestData.Example("terraform-plan.json"));

        Assert.Equal(
            ["Apply aws_instance.worker[0] 0", "Destroy aws_lb_target_group.web 0", "Apply aws_lb_target_group.web 1",
             "Apply module.cache.aws_elasticache_cluster.sessions 0", "Destroy aws_route53_zone.legacy 0"],
            records.Select(r => $"{r.Action} {r.Resource} {r.FollowsBack}"));
        Assert.Equal(BlastRadius.Global, records[4].BlastRadius);
        Assert.Null(records[4].ManifestDigest);
        Assert.Equal((1L, 1L), (report.SkippedCounts["no-op"], report.SkippedCounts["read"]));
    }

    [Theory]
    [InlineData("\"create\"", "Apply", "")]
    [InlineData("\"update\"", "Apply", "")]
    [InlineData("\"delete\"", "Destroy", "")]
    [InlineData("\"delete\",\"create\"", "Destroy Apply", "")]
    [InlineData("\"create\",\"delete\"", "Destroy Apply", "")]
    [InlineData("\"create\",\"forget\"", "Apply", "")]
    [InlineData("\"no-op\"", "", "no-op")]
    [InlineData("\"read\"", "", "read")]
    [InlineData("\"open\"", "", "open")]
    [InlineData("\"forget\"", "", "forget (leaves the state only)")]
    public void Every_action_is_mapped(string actions, string expected, string skipped)
    {
        (List<ChangeRecord> records, ReadReport report, _) = Inputs.Read(Plan(Change("a.b", actions)));

        Assert.Equal(expected, string.Join(' ', records.Select(r => r.Action.ToString())));
        Assert.Equal(expected.Contains(' ', StringComparison.Ordinal) ? [0, 1] : records.Select(_ => 0), records.Select(r => r.FollowsBack));
        Assert.Equal(skipped.Length == 0 ? [] : [skipped], report.SkippedCounts.Keys);
    }

    [Fact]
    public void A_data_source_is_a_read_and_a_deposed_object_is_noted()
    {
        string data = Change("data.a.b", "\"create\"").Replace("\"managed\"", "\"data\"", StringComparison.Ordinal);
        string deposed = Change("a.c", "\"delete\"").Replace("\"name\":", "\"deposed\":\"ab12cd34\",\"name\":", StringComparison.Ordinal);
        (List<ChangeRecord> records, ReadReport report, _) = Inputs.Read(Plan(data + "," + deposed));

        Assert.Equal("a.c", Assert.Single(records).Resource);
        Assert.Equal(1, report.SkippedCounts["read"]);
        Assert.Contains(report.Notes, note => note.StartsWith("deposed object", StringComparison.Ordinal));
    }

    [Fact]
    public void The_format_version_may_come_last_and_the_agent_is_a_setting()
    {
        string plan = $$"""{"resource_changes":[{{Change("a.b", "\"create\"")}}],"configuration":{},"format_version":"1.2"}""";

        Assert.Equal("atlantis", Inputs.One(plan, new ReadOptions { DefaultAgent = "atlantis" }).Agent);
    }

    [Theory]
    [InlineData("""{"format_version":"2.0","resource_changes":[]}""", "$.format_version: expected a plan of format version 0.1 to 1.x, got \"2.0\"")]
    [InlineData("""{"format_version":1,"resource_changes":[]}""", "$.format_version: expected a plan of format version 0.1 to 1.x, got 1")]
    [InlineData("""{"format_version":"1.0","values":{}}""", "expected a Terraform plan, got a state")]
    [InlineData("""{"format_version":"1.0","resource_changes":{}}""", "$.resource_changes: expected an array")]
    [InlineData("""{"format_version":"1.0","resource_changes":[],"resource_changes":[]}""", "$.resource_changes: expected the property once, got it twice")]
    [InlineData("""{"format_version":"1.0","resource_changes":[""", "expected valid JSON")]
    [InlineData("""{"format_version":"1.0","resource_changes":[]} x""", "expected valid JSON")]
    public void A_file_that_is_no_plan_is_refused(string text, string message) =>
        Assert.Contains(message, Inputs.Refused(text).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"address":"a.b","type":"a","change":{"actions":["explode"]}}""", ".change.actions: expected no-op, create, read", "got \"explode\"")]
    [InlineData("""{"address":"a.b","type":"a","change":{"actions":[]}}""", ".change.actions: expected an array of one or two actions", "got an array of 0")]
    [InlineData("""{"address":"a.b","type":"a","change":{"actions":["create",1]}}""", ".change.actions: expected an array of strings", "")]
    [InlineData("""{"address":"a.b","type":"a"}""", ".change: expected an object, got nothing", "")]
    [InlineData("""{"type":"a","change":{"actions":["create"]}}""", ".address: expected a string, got nothing", "")]
    [InlineData("""{"address":"a.b","type":7,"change":{"actions":["create"]}}""", ".type: expected a string, got 7", "")]
    [InlineData("7", ": expected an object, got 7", "")]
    public void A_bad_element_is_named_by_line_and_path_and_can_be_skipped(string element, string expected, string also)
    {
        string plan = Plan(Change("good.one", "\"create\"") + ",\n" + element + ",\n" + Change("good.two", "\"delete\""));

        InputException error = Inputs.Refused(plan);
        Assert.StartsWith("in:2: $.resource_changes[1]" + expected, error.Message, StringComparison.Ordinal);
        Assert.Contains(also, error.Message, StringComparison.Ordinal);
        (List<ChangeRecord> records, ReadReport report, _) = Inputs.Read(plan, new ReadOptions { OnError = OnError.Skip });
        Assert.Equal(["good.one", "good.two"], records.Select(r => r.Resource));
        Assert.Equal((1, error.Message), (report.Errors, report.FirstErrors[0].Message));
    }

    [Fact]
    public void What_was_yielded_before_an_error_stays_valid()
    {
        string plan = Plan(Change("good.one", "\"create\"") + ",7");
        using ChangeSource source = ChangeSource.Open(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(plan)), "in", new ReadOptions());
        var seen = new List<ChangeRecord>();

        Assert.Throws<InputException>(() =>
        {
            foreach (ChangeRecord record in source.Read())
            {
                seen.Add(record);
            }
        });
        Assert.Equal("good.one", Assert.Single(seen).Resource);
        Assert.Equal((1L, 1L), (source.Report.Records, source.Report.Errors));
    }

    [Fact]
    public void A_large_plan_is_read_one_element_at_a_time()
    {
        string changes = string.Join(',', Enumerable.Range(0, 5000).Select(i => Change("a.n" + i.ToString(CultureInfo.InvariantCulture), "\"create\"")));
        using ChangeSource source = ChangeSource.Open(
            new MemoryStream(System.Text.Encoding.UTF8.GetBytes(Plan(changes))), "in", new ReadOptions());

        Assert.Equal("a.n0", source.Read().First().Resource);
        Assert.Equal(1, source.Report.Records);
    }

    [Fact]
    public void Limits_hold()
    {
        string plan = Plan(Change("a.b", "\"create\""));

        Assert.Contains(
            "expected at most 50 bytes in one document",
            Inputs.Refused(plan, new ReadOptions { Limits = Limits.Default with { DocumentBytes = 50 } }).Message, StringComparison.Ordinal);
        Assert.Contains(
            "$.resource_changes[0]: expected at most 50 bytes in one resource change",
            Inputs.Refused(plan, new ReadOptions { Limits = Limits.Default with { ElementBytes = 50 } }).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"errored\":true", "the plan ended in an error")]
    [InlineData("\"complete\":false,\"deferred_changes\":[{},{}]", "the plan is not complete: changes deferred to a later plan are not decided (2)")]
    public void A_partial_plan_is_noted(string member, string note) =>
        Assert.Contains(
            Inputs.Read($$"""{"format_version":"1.2",{{member}},"resource_changes":[]}""").Report.Notes,
            n => n.StartsWith(note, StringComparison.Ordinal));

    private static string Plan(string changes) => $$"""{"format_version":"1.2","resource_changes":[{{changes}}]}""";

    private static string Change(string address, string actions) =>
        """{"address":"ADDRESS","mode":"managed","type":"a","name":"b","change":{"actions":[ACTIONS],"after":{"x":1}}}"""
            .Replace("ADDRESS", address, StringComparison.Ordinal).Replace("ACTIONS", actions, StringComparison.Ordinal);
}
