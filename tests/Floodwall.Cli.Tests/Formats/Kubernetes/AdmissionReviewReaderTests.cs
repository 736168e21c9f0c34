using Floodwall.Cli.Formats;
using Floodwall.Pipeline;

namespace Floodwall.Cli.Tests.Formats.Kubernetes;

public sealed class AdmissionReviewReaderTests
{
    [Theory]
    [InlineData("review-connect_pod_exec_options.json", "Apply", "default/pods/dockerhost-7d9f4c9b57-rsggv/exec", "kubernetes-admin", "k8s.pods.exec.connect", true)]
    [InlineData("review-create_pod.json", "Apply", "default/pods/static-web", "kubernetes-admin", "k8s.pods.create", true)]
    [InlineData("review-create_policyreport.json", "Apply", "default/policyreports.wgpolicyk8s.io/sample-cis-bench-api-server", "kubernetes-admin", "k8s.policyreports.create", true)]
    [InlineData("review-delete_pod.json", "Destroy", "default/pods/static-web", "system:node:kind-worker3", "k8s.pods.delete", false)]
    [InlineData("review-privileged-pod.json", "Apply", "default/pods/nginx", "kubernetes-admin", "k8s.pods.create", true)]
    public void Real_reviews_are_read(string file, string action, string resource, string agent, string topic, bool digest)
    {
        (List<ChangeRecord> records, _, InputFormat format) = Inputs.ReadFile(TestData.Shared("kubernetes/" + file));

        ChangeRecord record = Assert.Single(records);
        Assert.Equal(InputFormat.AdmissionReview, format);
        Assert.Equal((action, resource, agent, topic), (record.Action.ToString(), record.Resource, record.Agent, record.Topic));
        Assert.Equal(digest, record.ManifestDigest is not null);
        Assert.Equal((BlastRadius.Cell, Priority.Normal), (record.BlastRadius, record.Priority));
    }

    [Fact]
    public void A_scale_to_zero_is_one_though_the_count_is_left_out()
    {
        ChangeRecord record = Assert.Single(Inputs.ReadFile(TestData.Example("admission-review.json")).Records);

        Assert.Equal((IntentAction.Scale, 0u, "shop-prod/deployments/checkout"), (record.Action, record.Replicas, record.Resource));
        Assert.Equal(UInt128.Parse("0b4e7e1c52f44e3e8d0b6a7c9f7d2a11", System.Globalization.NumberStyles.HexNumber, null), record.IdempotencyKey);
    }

    [Theory]
    [InlineData("{0}\n{0}\n")]
    [InlineData("{0}{0}")]
    [InlineData("{0}\r\n\r\n  {0}")]
    public void Several_reviews_may_stand_in_one_input(string shape) =>
        Assert.Equal(2, Inputs.Read(shape.Replace("{0}", Review("CREATE"), StringComparison.Ordinal)).Records.Count);

    [Fact]
    public void Several_reviews_over_many_lines_may_stand_in_one_input()
    {
        string one = File.ReadAllText(TestData.Example("admission-review.json"));

        Assert.Equal([1L, 31L], Inputs.Read(one + one).Records.Select(r => r.Position.Line));
    }

    [Theory]
    [InlineData("CREATE", "Apply", "create")]
    [InlineData("UPDATE", "Apply", "update")]
    [InlineData("DELETE", "Destroy", "delete")]
    [InlineData("CONNECT", "Apply", "connect")]
    public void Operations_are_mapped_in_both_versions(string operation, string action, string verb)
    {
        foreach (string version in (string[])["v1", "v1beta1"])
        {
            ChangeRecord record = Inputs.One(Review(operation).Replace("k8s.io/v1", "k8s.io/" + version, StringComparison.Ordinal));
            Assert.Equal((action, "k8s.pods." + verb), (record.Action.ToString(), record.Topic));
        }
    }

    [Fact]
    public void A_dry_run_and_a_generated_name_are_seen()
    {
        string text = Review("CREATE").Replace("\"name\":\"n\",", "\"dryRun\":true,", StringComparison.Ordinal)
            .Replace("\"object\":{", "\"object\":{\"metadata\":{\"generateName\":\"job-\"},", StringComparison.Ordinal);
        (List<ChangeRecord> records, ReadReport report, _) = Inputs.Read(text);

        Assert.Equal("ns/pods/job-*", Assert.Single(records).Resource);
        Assert.Contains("dry run, decided like any other (1)", report.Notes);
    }

    [Theory]
    [InlineData("\"CREATE\"", "\"RENAME\"", "$.request.operation: expected CREATE, UPDATE, DELETE or CONNECT, got \"RENAME\"")]
    [InlineData("\"uid\":\"u\",", "", "$.request.uid: expected a string, got nothing")]
    [InlineData("\"username\":\"w\"", "\"x\":1", "$.request.userInfo.username: expected a string, got nothing")]
    [InlineData("\"resource\":\"pods\"", "\"resource\":null", "$.request.resource.resource: expected a string, got null")]
    [InlineData("k8s.io/v1", "k8s.io/v2", "$.apiVersion: expected admission.k8s.io/v1 or admission.k8s.io/v1beta1, got \"admission.k8s.io/v2\"")]
    [InlineData("\"request\"", "\"response\"", "$.request: expected an object, got a review that holds a response alone")]
    [InlineData("\"uid\":\"u\"", "\"dryRun\":\"yes\",\"uid\":\"u\"", "$.request.dryRun: expected true or false, got \"yes\"")]
    public void A_bad_field_is_named(string find, string replace, string message) =>
        Assert.Equal("in:1: " + message, Inputs.Refused(Review("CREATE").Replace(find, replace, StringComparison.Ordinal)).Message);

    private static string Review(string operation) =>
        """{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"u","name":"n","namespace":"ns","resource":{"group":"","version":"v1","resource":"pods"},"operation":"OP","userInfo":{"username":"w"},"object":{"kind":"Pod"}}}"""
            .Replace("OP", operation, StringComparison.Ordinal);
}
