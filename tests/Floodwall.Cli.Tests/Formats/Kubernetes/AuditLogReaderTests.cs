using Floodwall.Cli.Formats;
using Floodwall.Pipeline;

namespace Floodwall.Cli.Tests.Formats.Kubernetes;

public sealed class AuditLogReaderTests
{
    [Fact]
    public void Real_mutations_are_all_read()
    {
        (List<ChangeRecord> records, ReadReport report, InputFormat format) =
            Inputs.ReadFile(TestData.Shared("kubernetes/audit-changes.log"));

        Assert.Equal(InputFormat.KubernetesAudit, format);
        Assert.Equal(48, records.Count);
        Assert.Equal((39, 9), (records.Count(r => r.Action == IntentAction.Apply), records.Count(r => r.Action == IntentAction.Destroy)));
        Assert.Equal([("read (get)", 1L), ("stage ResponseStarted", 2L)], report.SkippedCounts.Select(p => (p.Key, p.Value)).OrderBy(p => p.Key, StringComparer.Ordinal));

        ChangeRecord first = records[0];
        Assert.Equal(("system:anonymous", "namespaces/foo", "k8s.namespaces.create"), (first.Agent, first.Resource, first.Topic));
        Assert.Equal(1540475929730UL, first.SubmittedTick);
        Assert.Equal(UInt128.Parse("841d3e6d90d243df8da4684738bee3d5", System.Globalization.NumberStyles.HexNumber, null), first.IdempotencyKey);

        // The server makes up the names of pods that a replica set creates; they stand in the response.
        Assert.Equal("default/pods/nginx-deployment-5cdcc99dbf-rgw6z", records[2].Resource);
        Assert.Equal(BlastRadius.Cell, records[2].BlastRadius);

        // A namespace goes by one name, whether the request also carried it as the object's namespace (delete) or not (create).
        ChangeRecord deleted = Assert.Single(records, r => r.Topic == "k8s.namespaces.delete");
        Assert.Equal(("namespaces/foo", 21L, BlastRadius.Region), (deleted.Resource, deleted.Position.Line, deleted.BlastRadius));
        Assert.All(records.Where(r => r.Resource.StartsWith("clusterrole", StringComparison.Ordinal)), r => Assert.Equal(BlastRadius.Region, r.BlastRadius));
        Assert.Equal("k8s.clusterroles.patch", Assert.Single(records, r => r.Position.Line == 42).Topic);
    }

    [Fact]
    public void Real_reads_yield_nothing_and_say_so()
    {
        (List<ChangeRecord> records, ReadReport report, _) = Inputs.ReadFile(TestData.Shared("kubernetes/audit-demo.log"));

        Assert.Empty(records);
        Assert.Contains("the input holds no changes: read (get) 23, read (list) 14", report.Notes);
    }

    [Fact]
    public void The_example_is_read_in_full()
    {
        (List<ChangeRecord> records, ReadReport report, _) = Inputs.ReadFile(TestData.Example("k8s-audit.log"));

        Assert.Equal(
            ["Apply ci-deployer shop-prod/deployments/checkout 0 Service production",
             "Scale system:serviceaccount:kube-system:horizontal-pod-autoscaler shop-prod/deployments/checkout 9 Service production",
             "Apply system:serviceaccount:kube-system:replicaset-controller shop-prod/pods/checkout-7d4b9c-x2x8q 0 Cell production",
             "Destroy admin namespaces/shop-test 0 Region "],
            records.Select(r => $"{r.Action} {r.Agent} {r.Resource} {r.Replicas} {r.BlastRadius} {r.Environment}"));
        Assert.Equal("cleanup-bot", records[3].Identity);
        Assert.Equal(2, report.Skipped);
    }

    [Theory]
    [InlineData("one line", "{\"kind\":\"EventList\",\"apiVersion\":\"audit.k8s.io/v1\",\"items\":[@,@]}", "1 1")]
    [InlineData("many lines", "{\n \"kind\": \"EventList\",\n \"apiVersion\": \"audit.k8s.io/v1\",\n \"items\": [\n @,\n @\n]}\n", "5 6")]
    [InlineData("no kind", "{\"items\":[@,@]}\n", "1 1")]
    [InlineData("a list a line", "{\"kind\":\"EventList\",\"items\":[@]}\n{\"kind\":\"EventList\",\"items\":[@]}\n", "1 2")]
    [InlineData("lists and events", "{\"kind\":\"EventList\",\"items\":[@]}\n\n@\n", "1 3")]
    [InlineData("documents in a row", "{\n\"kind\":\"EventList\",\"items\":[@]}{\"items\":[\n@]}", "2 3")]
    [InlineData("carriage returns", "@\r\n@\r\n", "1 2")]
    public void Events_come_in_lists_too(string shape, string text, string lines)
    {
        List<ChangeRecord> records = Inputs.Read(text.Replace("@", Event("create"), StringComparison.Ordinal)).Records;

        Assert.True(lines == string.Join(' ', records.Select(r => r.Position.Line)), shape);
        Assert.All(records, r => Assert.Equal("ns/deployments/web", r.Resource));
    }

    [Theory]
    [InlineData("create", "", "Apply", "ns/deployments/web")]
    [InlineData("update", "", "Apply", "ns/deployments/web")]
    [InlineData("patch", "status", "Apply", "ns/deployments/web/status")]
    [InlineData("delete", "", "Destroy", "ns/deployments/web")]
    [InlineData("deletecollection", "", "Destroy", "ns/deployments/web")]
    [InlineData("update", "scale", "Scale", "ns/deployments/web")]
    public void Verbs_are_mapped(string verb, string subresource, string action, string resource)
    {
        ChangeRecord record = Inputs.One(Event(verb, subresource: subresource, more: ",\"requestObject\":{\"spec\":{\"replicas\":4}}"));

        Assert.Equal((action, resource, action == "Scale" ? 4u : 0u), (record.Action.ToString(), record.Resource, record.Replicas));
    }

    [Theory]
    [InlineData("update", "{\"kind\":\"Scale\",\"spec\":{\"replicas\":5}}", "null", 5u, false)]
    [InlineData("update", "{\"kind\":\"Scale\",\"spec\":{}}", "null", 0u, false)]
    [InlineData("patch", "{\"spec\":{\"replicas\":0}}", "null", 0u, false)]
    [InlineData("patch", "{\"metadata\":{}}", "{\"kind\":\"Scale\",\"spec\":{\"replicas\":7}}", 7u, false)]
    [InlineData("patch", "{\"spec\":{}}", "{\"kind\":\"Scale\",\"spec\":{}}", 0u, false)]
    [InlineData("patch", "[{\"op\":\"replace\",\"path\":\"/spec/replicas\",\"value\":6}]", "null", 6u, false)]
    [InlineData("patch", "[{\"op\":\"test\",\"path\":\"/spec/replicas\",\"value\":6}]", "null", 0u, true)]
    [InlineData("patch", "null", "{\"kind\":\"Status\",\"code\":403}", 0u, true)]
    public void Replicas_are_found_in_the_request_or_the_response(string verb, string request, string response, uint replicas, bool unknown)
    {
        (List<ChangeRecord> records, ReadReport report, _) = Inputs.Read(
            Event(verb, subresource: "scale", more: $",\"requestObject\":{request},\"responseObject\":{response}"));

        Assert.Equal(replicas, Assert.Single(records).Replicas);
        Assert.Equal(unknown, report.Notes.Any(note => note.StartsWith("scale without a replica count", StringComparison.Ordinal)));
    }

    [Fact]
    public void Names_are_unambiguous()
    {
        string generated = Event("create", more: ",\"requestObject\":{\"metadata\":{\"generateName\":\"web-\"}}").Replace("\"name\":\"web\",", "", StringComparison.Ordinal);
        string collection = Event("deletecollection").Replace("\"name\":\"web\",", "", StringComparison.Ordinal);
        string custom = Event("create").Replace("\"apps\"", "\"evil.example\"", StringComparison.Ordinal);
        string eviction = Event("create", subresource: "eviction").Replace("deployments", "pods", StringComparison.Ordinal);
        string outside = Event("delete").Replace("\"objectRef\"", "\"x\"", StringComparison.Ordinal).Replace("\"/r\"", "\"/debug/logs?x=1\"", StringComparison.Ordinal);

        List<ChangeRecord> records = Inputs.Read(string.Join('\n', generated, collection, custom, eviction, outside)).Records;

        Assert.Equal(
            ["Apply ns/deployments/web-*", "Destroy ns/deployments/*", "Apply ns/deployments.evil.example/web", "Destroy ns/pods/web", "Destroy /debug/logs"],
            records.Select(r => $"{r.Action} {r.Resource}"));
    }

    [Fact]
    public void A_dry_run_is_noted_and_a_foreign_audit_id_still_gives_a_key()
    {
        (List<ChangeRecord> records, ReadReport report, _) = Inputs.Read(
            Event("create").Replace("\"/r\"", "\"/r?fieldManager=x&dryRun=All\"", StringComparison.Ordinal).Replace("\"auditID\":\"", "\"auditID\":\"not-a-uuid", StringComparison.Ordinal));

        Assert.NotNull(Assert.Single(records).IdempotencyKey);
        Assert.Contains("dry run, decided like any other (1)", report.Notes);
    }

    [Fact]
    public void A_broken_line_is_skipped_alone()
    {
        string text = Event("create") + "\n" + Event("create")[..60] + "\n" + Event("delete") + "\n{\"kind\":\"Event\"}\n" + Event("patch");
        (List<ChangeRecord> records, ReadReport report, _) = Inputs.Read(text, new ReadOptions { OnError = OnError.Skip });

        Assert.Equal([1L, 3L, 5L], records.Select(r => r.Position.Line));
        Assert.Equal([2L, 4L], report.FirstErrors.Select(e => e.Position.Line));
    }

    [Fact]
    public void A_broken_first_line_does_not_take_the_rest_with_it()
    {
        string text = Event("create")[..60] + "\n" + Event("delete") + "\n";
        (List<ChangeRecord> records, ReadReport report, _) = Inputs.Read(
            text, new ReadOptions { OnError = OnError.Skip, Format = InputFormat.KubernetesAudit });

        Assert.Equal(2, Assert.Single(records).Position.Line);
        Assert.Equal(1, report.FirstErrors[0].Position.Line);
    }

    [Theory]
    [InlineData("\"stage\":\"ResponseComplete\"", "\"stage\":\"Done\"", "in:1: $.stage: expected RequestReceived, ResponseStarted, ResponseComplete or Panic, got \"Done\"")]
    [InlineData("\"stage\":\"ResponseComplete\",", "", "in:1: $.stage: expected a string, got nothing")]
    [InlineData("\"verb\":\"create\"", "\"verb\":{}", "in:1: $.verb: expected a string, got an object")]
    [InlineData("\"username\":\"u\"", "\"username\":\"\"", "in:1: $.user.username: expected a string, got an empty string")]
    [InlineData("\"username\":\"u\"", "\"username\":\"a\\u0007b\"", "in:1: $.user.username: expected no control characters, got U+0007 in \"a\\u0007b\"")]
    [InlineData("audit.k8s.io/v1", "audit.k8s.io/v9", "in:1: $.apiVersion: expected audit.k8s.io/v1 or audit.k8s.io/v1beta1, got \"audit.k8s.io/v9\"")]
    [InlineData("2026-01-02T03:04:05.678901Z", "yesterday", "in:1: $.requestReceivedTimestamp: expected an RFC 3339 time from 1970 on, got \"yesterday\"")]
    [InlineData("2026-01-02T03:04:05.678901Z", "1969-12-31T23:59:59Z", "in:1: $.requestReceivedTimestamp: expected an RFC 3339 time")]
    [InlineData("\"resource\":\"deployments\",", "", "in:1: $.objectRef.resource: expected a string, got nothing")]
    [InlineData("\"name\":\"web\",", "\"name\":\"web\",\"name\":\"api\",", "in:1: expected valid JSON")]
    public void A_bad_field_is_named(string find, string replace, string message)
    {
        string text = Event("create").Replace(find, replace, StringComparison.Ordinal);

        Assert.StartsWith(message, Inputs.Refused(text, new ReadOptions { Format = InputFormat.KubernetesAudit }).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_number_of_kinds_counted_is_bounded()
    {
        string text = string.Join('\n', Enumerable.Range(0, 500).Select(i => Event("verb" + i)));

        ReadReport report = Inputs.Read(text).Report;

        Assert.InRange(report.SkippedCounts.Count, 2, 65);
        Assert.Equal(500, report.Skipped);
    }

    internal static string Event(string verb, string subresource = "", string more = "") =>
        """{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"5f2c1c5e-8d0a-4c55-9a3e-0d5b6f6f1c01","stage":"ResponseComplete","requestURI":"/r","verb":"VERB","user":{"username":"u"},"objectRef":{"resource":"deployments","namespace":"ns","name":"web","apiGroup":"apps","subresource":"SUB"},"requestReceivedTimestamp":"2026-01-02T03:04:05.678901Z"MORE}"""
            .Replace("VERB", verb, StringComparison.Ordinal).Replace("SUB", subresource, StringComparison.Ordinal).Replace("MORE", more, StringComparison.Ordinal);
}
