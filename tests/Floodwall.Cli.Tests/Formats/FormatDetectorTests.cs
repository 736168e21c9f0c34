using System.IO.Compression;
using System.Text;
using Floodwall.Cli.Formats;

namespace Floodwall.Cli.Tests.Formats;

public sealed class FormatDetectorTests
{
    [Fact]
    public void Every_example_is_recognised_whatever_its_name()
    {
        foreach (string path in TestData.Examples)
        {
            string expected = Path.GetFileName(path).Split('.')[0];
            using ChangeSource source = ChangeSource.Open(File.OpenRead(path), "x", new ReadOptions());
            Assert.Equal(expected, source.Format.Name());
        }
    }

    [Fact]
    public void Every_real_file_is_recognised()
    {
        Assert.SkipUnless(TestData.SharedInputs.Any(), "no outside data here (shared/data)");
        foreach (string path in TestData.SharedInputs)
        {
            using ChangeSource source = ChangeSource.OpenFile(path, new ReadOptions());
            string name = Path.GetFileName(path);
            InputFormat expected = name.StartsWith("audit-", StringComparison.Ordinal) ? InputFormat.KubernetesAudit
                : name.StartsWith("review-", StringComparison.Ordinal) ? InputFormat.AdmissionReview : InputFormat.TerraformPlan;
            Assert.Equal(expected, source.Format);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void Detection_reads_a_pipe_no_further_than_it_must(int step)
    {
        string line = """{"agent":"a","resource":"r","action":"apply"}""" + "\n";
        byte[] bytes = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(line, 100)));
        using var stream = new Inputs.Trickle(bytes, step);
        using ChangeSource source = ChangeSource.Open(stream, "in", new ReadOptions());

        Assert.Equal(InputFormat.Intents, source.Format);
        Assert.InRange(stream.Position, 1, line.Length + step);
        Assert.Equal(100, source.Read().Count());
    }

    [Theory]
    [InlineData("{\"format_version\":\"1.0\",\"terraform_version\":\"1.5.0\",\"values\":{}}", "expected a Terraform plan, got a state")]
    [InlineData("{\"kind\":\"Event\",\"apiVersion\":\"v1\"}", "got kind \"Event\" of apiVersion \"v1\"")]
    [InlineData("{\"kind\":\"Pod\",\"apiVersion\":\"v1\"}", "got kind \"Pod\" of apiVersion \"v1\"")]
    [InlineData("{\"hello\":1}", "got a JSON object without the properties of any")]
    [InlineData("{\"hello\":", "got JSON that breaks off before its format can be told")]
    [InlineData("{hello}", "expected valid JSON")]
    [InlineData("[{}]", "which begin with a JSON object, got \"[{}]\"")]
    [InlineData("12", "which begin with a JSON object, got \"12\"")]
    [InlineData("apiVersion: v1\nkind: Pod", "expected JSON, got \"apiVersion: v1\", which looks like YAML")]
    [InlineData("resource \"aws_instance\" \"x\" {", "expected JSON, got \"resource \"aws_instance\" ")]
    [InlineData("\u0001\u0002\u0003\u0004", "expected JSON, got binary data")]
    public void What_cannot_be_told_is_explained(string text, string message) =>
        Assert.Contains(message, Inputs.Refused(text).Message, StringComparison.Ordinal);

    [Fact]
    public void Other_encodings_and_archives_are_named()
    {
        string json = """{"agent":"a","resource":"r","action":"apply"}""";
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionMode.Compress, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(json));
        }

        foreach ((byte[] bytes, string message) in ((byte[], string)[])
            [
                ([.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(json)], "UTF-16 text"),
                (Encoding.Unicode.GetBytes(json), "UTF-16 text"),
                (Encoding.BigEndianUnicode.GetBytes(json), "UTF-16 text"),
                ([.. Encoding.UTF32.GetPreamble(), .. Encoding.UTF32.GetBytes(json)], "UTF-32 text"),
                (zipped.ToArray(), "gzip data"),
                ("PK\u0003\u0004tfplan"u8.ToArray(), "a zip archive, as a binary Terraform plan is"),
            ])
        {
            // Also where the format is named, since no format is in these encodings.
            foreach (InputFormat format in (InputFormat[])[InputFormat.Auto, InputFormat.Intents])
            {
                InputException error = Assert.Throws<InputException>(() => Inputs.Read(bytes, new ReadOptions { Format = format }));
                Assert.StartsWith("in:1: expected JSON, got " + message, error.Message, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \r\n\t\n")]
    [InlineData("\uFEFF")]
    public void An_empty_input_is_no_error_but_noted(string text)
    {
        foreach (InputFormat format in Enum.GetValues<InputFormat>())
        {
            (List<ChangeRecord> records, ReadReport report, _) = Inputs.Read(text, new ReadOptions { Format = format });

            Assert.Empty(records);
            Assert.Equal("the input is empty: no changes", Assert.Single(report.Notes));
        }
    }

    [Fact]
    public void A_byte_order_mark_is_left_out_in_every_format()
    {
        foreach (string path in TestData.Examples)
        {
            byte[] bytes = File.ReadAllBytes(path);
            Assert.Equal(Inputs.Read(bytes).Records.Count, Inputs.Read([0xEF, 0xBB, 0xBF, .. bytes]).Records.Count);
        }
    }

    [Fact]
    public void Carriage_returns_change_nothing()
    {
        foreach (string path in TestData.Examples)
        {
            string text = File.ReadAllText(path);
            Assert.Equal(Told(text), Told(text.Replace("\n", "\r\n", StringComparison.Ordinal)));
        }

        static IEnumerable<string> Told(string text) =>
            Inputs.Read(text).Records.Select(r => $"{r.Position} {r.Action} {r.Resource} {Convert.ToHexString(r.ManifestDigest ?? [])}");
    }

    [Fact]
    public void A_file_that_cannot_be_opened_is_named()
    {
        Assert.Contains("nowhere.json: expected a file that can be read", Refused("nowhere.json"), StringComparison.Ordinal);
        Assert.Contains("it is a folder", Refused(TestData.Repository), StringComparison.Ordinal);

        static string Refused(string path) => Assert.Throws<InputException>(() => ChangeSource.OpenFile(path, new ReadOptions())).Message;
    }

    [Fact]
    public void An_input_is_read_once()
    {
        using ChangeSource source = ChangeSource.OpenFile(TestData.Example("intents.jsonl"), new ReadOptions());
        _ = source.Read();

        Assert.Throws<InvalidOperationException>(source.Read);
    }
}
