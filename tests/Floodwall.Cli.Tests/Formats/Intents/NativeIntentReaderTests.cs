using System.Text;
using Floodwall.Cli.Formats;
using Floodwall.Cli.Formats.Intents;
using Floodwall.Pipeline;
using FsCheck;
using FsCheck.Fluent;

namespace Floodwall.Cli.Tests.Formats.Intents;

public sealed class NativeIntentReaderTests
{
    [Fact]
    public void The_example_is_read_in_full()
    {
        (List<ChangeRecord> records, _, InputFormat format) = Inputs.ReadFile(TestData.Example("intents.jsonl"));

        Assert.Equal(InputFormat.Intents, format);
        Assert.Equal(6, records.Count);
        ChangeRecord first = records[0];
        Assert.Equal((1UL, "deployer", "web", IntentAction.Apply), (first.Id, first.Agent, first.Resource, first.Action));
        Assert.Equal((250_000L, 10UL, "deploy.web", "production"), (first.CostMicros, first.SubmittedTick, first.Topic, first.Environment));
        Assert.Equal(0x9F, first.ManifestDigest![0]);
        Assert.Equal((IntentAction.Scale, 12u, Priority.Urgent, 40UL), (records[1].Action, records[1].Replicas, records[1].Priority, records[1].DeadlineTick));
        Assert.Equal([0, 0, 0, 1, 0, 0], records.Select(r => r.FollowsBack));
        Assert.Equal(("oncall", "sre", "shop", "compute"), (records[4].Identity, records[4].Role, records[4].Scope, records[4].Pool));
        Assert.Equal((null, BlastRadius.Service, Priority.Normal), (records[5].Id, records[5].BlastRadius, records[5].Priority));
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        Gen<string> name = ArbMap.Default.GeneratorFor<NonNull<string>>()
            .Select(s => string.Concat(s.Get.EnumerateRunes().Where(r => !Rune.IsControl(r) && r != Rune.ReplacementChar).Take(60)))
            .Where(s => s.Length > 0);
        Gen<string?> maybe = Gen.OneOf(name.Select(n => (string?)n), Gen.Constant((string?)null));
        Gen<ulong> number = ArbMap.Default.GeneratorFor<ulong>();
        Gen<ulong?> maybeNumber = Gen.OneOf(number.Select(n => (ulong?)n), Gen.Elements<ulong?>(null, 0, ulong.MaxValue));
        Gen<ChangeRecord> record =
            from names in Gen.ListOf(name, 2)
            from optional in Gen.ListOf(maybe, 6)
            from numbers in Gen.ListOf(maybeNumber, 3)
            from action in Gen.Elements(IntentAction.Apply, IntentAction.Scale, IntentAction.Destroy)
            from priority in Gen.Elements(Enum.GetValues<Priority>())
            from blast in Gen.Elements(Enum.GetValues<BlastRadius>())
            from cost in Gen.OneOf(Gen.Elements(0L, 1L, long.MaxValue), number.Select(n => (long)(n >> 1)))
            from high in number
            from low in number
            select new ChangeRecord
            {
                Agent = names[0],
                Resource = names[1],
                Action = action,
                Priority = priority,
                BlastRadius = blast,
                Id = numbers[0],
                SubmittedTick = numbers[1],
                DeadlineTick = numbers[2],
                Topic = optional[0],
                Environment = optional[1],
                Scope = optional[2],
                Pool = optional[3],
                Identity = optional[4],
                Role = optional[5],
                CostMicros = cost,
                Replicas = action == IntentAction.Scale ? (uint)low : 0,
                ManifestDigest = action == IntentAction.Apply && (low & 1) == 0
                    ? System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(names[0])) : null,
                IdempotencyKey = (high & 1) == 0 ? new UInt128(high, low) : null,
                Position = new SourcePosition("in", 1),
            };
        Prop.ForAll(record.ToArbitrary(), written =>
        {
            ChangeRecord read = Inputs.One(IntentWriter.Line(written), new ReadOptions { Format = InputFormat.Intents });
            Assert.Equal(written.ManifestDigest, read.ManifestDigest);
            Assert.Equal(written, read with { ManifestDigest = written.ManifestDigest });
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("0.5", 500_000)]
    [InlineData("\"0.000001\"", 1)]
    [InlineData("12", 12_000_000)]
    [InlineData("\"9223372036854.775807\"", long.MaxValue)]
    [InlineData("9223372036854.775807", long.MaxValue)]
    public void Cost_is_exact(string cost, long micros) => Assert.Equal(micros, Inputs.One(Intent($"\"cost\":{cost}")).CostMicros);

    [Theory]
    [InlineData("-1")]
    [InlineData("-0")]
    [InlineData("1e3")]
    [InlineData("0.0000001")]
    [InlineData("9223372036854.775808")]
    [InlineData("\"NaN\"")]
    [InlineData("\"Infinity\"")]
    [InlineData("\"\"")]
    [InlineData("\"1.\"")]
    [InlineData("\".5\"")]
    [InlineData("\" 1\"")]
    [InlineData("\"١\"")]
    [InlineData("\"99999999999999999999999\"")]
    [InlineData("true")]
    [InlineData("null")]
    public void Cost_is_refused_where_it_is_not_a_plain_decimal(string cost) =>
        Assert.StartsWith(
            "in:1: $.cost: expected a decimal from 0 to 9223372036854.775807 with at most 6 decimals and no exponent, got ",
            Inputs.Refused(Intent($"\"cost\":{cost}")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("\"action\":\"explode\"", "$.action: expected apply, scale or destroy, got \"explode\"")]
    [InlineData("\"action\":\"Apply\"", "$.action: expected apply, scale or destroy, got \"Apply\"")]
    [InlineData("\"action\":\"scale\"", "$.replicas: expected an integer, since the action is scale, got nothing")]
    [InlineData("\"action\":\"scale\",\"replicas\":4294967296", "$.replicas: expected an integer from 0 to 4294967295, got 4294967296")]
    [InlineData("\"action\":\"scale\",\"replicas\":-1", "$.replicas: expected an integer from 0 to 4294967295, got -1")]
    [InlineData("\"action\":\"scale\",\"replicas\":1.5", "$.replicas: expected an integer from 0 to 4294967295, got 1.5")]
    [InlineData("\"action\":\"apply\",\"replicas\":1", "$.replicas: expected nothing, since the action is apply, got 1")]
    [InlineData("\"action\":\"destroy\",\"manifest_digest\":\"00\"", "$.manifest_digest: expected nothing, since the action is destroy, got \"00\"")]
    [InlineData("\"action\":\"apply\",\"manifest_digest\":\"00\"", "$.manifest_digest: expected 64 hexadecimal digits (SHA-256), got \"00\"")]
    [InlineData("\"action\":\"apply\",\"priority\":\"high\"", "$.priority: expected bulk, normal, urgent or pager, got \"high\"")]
    [InlineData("\"action\":\"apply\",\"priority\":1", "$.priority: expected bulk, normal, urgent or pager, got 1")]
    [InlineData("\"action\":\"apply\",\"blast_radius\":\"world\"", "$.blast_radius: expected cell, service, region or global, got \"world\"")]
    [InlineData("\"action\":\"apply\",\"id\":18446744073709551616", "$.id: expected an integer from 0 to 18446744073709551615, got 18446744073709551616")]
    [InlineData("\"action\":\"apply\",\"id\":\"1\"", "$.id: expected an integer from 0 to 18446744073709551615, got \"1\"")]
    [InlineData("\"action\":\"apply\",\"idempotency_key\":\"xyz\"", "$.idempotency_key: expected 32 hexadecimal digits or a UUID, got \"xyz\"")]
    [InlineData("\"action\":\"apply\",\"follows_back\":1", "$.follows_back: expected 0, since no intent was read just before, got 1")]
    [InlineData("\"action\":\"apply\",\"follows_back\":2", "$.follows_back: expected an integer from 0 to 1, got 2")]
    [InlineData("\"action\":\"apply\",\"topic\":\"\"", "$.topic: expected a name, got an empty string")]
    [InlineData("\"action\":\"apply\",\"topic\":null", "$.topic: expected a string, got null")]
    [InlineData("\"action\":\"apply\",\"topic\":[1,2]", "$.topic: expected a string, got an array of 2")]
    [InlineData("\"action\":\"apply\",\"scope\":\"a\\nb\"", "$.scope: expected no control characters, got U+000A in \"a\\u000ab\"")]
    [InlineData("\"action\":\"apply\",\"attributes\":[]", "$.attributes: expected an object, got an array of 0")]
    [InlineData("\"action\":\"apply\",\"attributes\":{\"a\":null}", "$.attributes.a: expected a string, an integer of 64 bits, a finite number, true or false, or a list of strings, got null")]
    [InlineData("\"action\":\"apply\",\"attributes\":{\"a\":9223372036854775808}", "$.attributes.a: expected a string, an integer of 64 bits, a finite number, true or false, or a list of strings, got 9223372036854775808")]
    [InlineData("\"action\":\"apply\",\"attributes\":{\"a\":1e999}", "$.attributes.a: expected a string, an integer of 64 bits, a finite number, true or false, or a list of strings, got 1e999")]
    [InlineData("\"action\":\"apply\",\"attributes\":{\"a\":[1]}", "$.attributes.a: expected strings alone in a list, got 1")]
    [InlineData("\"action\":\"apply\",\"colour\":\"red\"", "$.colour: expected a field of an intent (id, agent, ")]
    [InlineData("\"action\":\"apply\",\"action\":\"destroy\"", "expected valid JSON")]
    [InlineData("\"action\":\"apply\",\"topic\":\"\\ud800\"", "expected a surrogate pair, got '\\ud800' alone at column 55")]
    public void A_bad_field_is_named(string fields, string message) =>
        Assert.StartsWith(
            "in:1: " + message, Inputs.Refused($$"""{"agent":"a","resource":"r",{{fields}}}""").Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"agent":"a","action":"apply"}""", "in:1: $.resource: expected a string, got nothing")]
    [InlineData("""{"resource":"a","action":"apply"}""", "in:1: $.agent: expected a string, got nothing")]
    [InlineData("""{"agent":"a","resource":"r"}""", "in:1: $.action: expected apply, scale or destroy, got nothing")]
    [InlineData("""{"agent":"a","resource":"r","action":"apply"} {}""", "in:1: expected valid JSON")]
    [InlineData("""{"agent":"a","resource":"r","action":"apply",}""", "in:1: expected valid JSON")]
    [InlineData("[1]", "in:1: expected an object, got an array of 1")]
    [InlineData("7", "in:1: expected an object, got 7")]
    public void A_bad_line_is_named(string line, string message) =>
        Assert.StartsWith(message, Inputs.Refused(line, new ReadOptions { Format = InputFormat.Intents }).Message, StringComparison.Ordinal);

    [Fact]
    public void Names_are_bounded_in_bytes_of_utf8()
    {
        Assert.Equal(1024, Encoding.UTF8.GetByteCount(Inputs.One(Intent("\"topic\":\"" + new string('é', 512) + "\"")).Topic!));
        Assert.StartsWith(
            "in:1: $.topic: expected at most 1024 bytes of UTF-8, got 1026 (\"é",
            Inputs.Refused(Intent("\"topic\":\"" + new string('é', 513) + "\"")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_skipped_line_breaks_a_link()
    {
        string text = Intent("\"id\":1") + "\n{\"agent\":\"a\",\"resource\":\"r\",\"action\":\"x\"}\n" + Intent("\"follows_back\":1") + "\n" + Intent("\"id\":2") + "\n"
            + Intent("\"follows_back\":1");
        (List<ChangeRecord> records, ReadReport report, _) = Inputs.Read(text, new ReadOptions { OnError = OnError.Skip });

        Assert.Equal([1L, 4L, 5L], records.Select(r => r.Position.Line));
        Assert.Equal([2L, 3L], report.FirstErrors.Select(e => e.Position.Line));
    }

    [Fact]
    public void Errors_are_counted_without_end_but_few_are_kept()
    {
        string text = Intent("\"id\":1") + "\n" + string.Concat(Enumerable.Repeat("{}\n", 1000));
        ReadReport report = Inputs.Read(text, new ReadOptions { OnError = OnError.Skip }).Report;

        Assert.Equal((1L, 1000L, ReadReport.KeptErrors), (report.Records, report.Errors, report.FirstErrors.Count));
    }

    [Fact]
    public void Lines_arrive_one_at_a_time()
    {
        byte[] bytes = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(Intent("\"id\":1") + "\n", 20_000)));
        var stream = new MemoryStream(bytes);
        using ChangeSource source = ChangeSource.Open(stream, "in", new ReadOptions());

        Assert.Equal(1UL, source.Read().First().Id);
        Assert.InRange(stream.Position, 1, 128 << 10);
    }

    [Fact]
    public void Fields_are_those_of_the_schema() =>
        Assert.Equal(IntentSchema.Load().Properties.Order(), NativeIntentReader.Fields.Order());

    private static string Intent(string field) => $$"""{"agent":"a","resource":"r","action":"apply",{{field}}}""";
}
