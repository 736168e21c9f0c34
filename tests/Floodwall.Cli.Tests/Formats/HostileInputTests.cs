using System.Text;
using System.Text.Json;
using Floodwall.Cli.Formats;

namespace Floodwall.Cli.Tests.Formats;

/// <summary>No input may bring out anything but an InputException, or run without end.</summary>
public sealed class HostileInputTests
{
    private const int Mutations = 20_000;

    private static readonly byte[][] Tokens =
    [
        "null"u8.ToArray(), "{}"u8.ToArray(), "[]"u8.ToArray(), "\""u8.ToArray(), "\\ud800"u8.ToArray(), "\\u0000"u8.ToArray(), "-1"u8.ToArray(),
        "1e999"u8.ToArray(), "18446744073709551616"u8.ToArray(), "\n"u8.ToArray(), "\\"u8.ToArray(), ","u8.ToArray(), "true"u8.ToArray(),
        [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0], "[["u8.ToArray(), "}}"u8.ToArray(), "\"items\":"u8.ToArray(), "\"kind\":\"EventList\","u8.ToArray(),
    ];

    [Fact]
    public void Mutated_files_are_read_or_refused()
    {
        (byte[] Bytes, InputFormat Format)[] seeds = [.. TestData.Examples.Concat(TestData.SharedInputs).Select(Seed)];
        var random = new Random(20260302);
        int refused = 0;
        for (int i = 0; i < Mutations; i++)
        {
            (byte[] seed, InputFormat format) = seeds[random.Next(seeds.Length)];
            var options = new ReadOptions
            {
                Format = random.Next(10) switch { 0 => (InputFormat)random.Next(5), < 5 => format, _ => InputFormat.Auto },
                OnError = (OnError)random.Next(2),
                Limits = random.Next(10) == 0 ? Limits.Default with { LineBytes = 6000, ElementBytes = 3000, DocumentBytes = 20_000 } : Limits.Default,
            };
            refused += Survives(Mutate(seed, random), options, i) ? 0 : 1;
        }

        Assert.InRange(refused, Mutations / 10, Mutations * 95 / 100);
    }

    [Fact]
    public void Every_truncation_of_every_example_is_read_or_refused()
    {
        foreach (string path in TestData.Examples)
        {
            byte[] bytes = File.ReadAllBytes(path);
            for (int length = 0; length < bytes.Length; length++)
            {
                Survives(bytes[..length], new ReadOptions(), length);
                Survives(bytes[..length], new ReadOptions { OnError = OnError.Skip }, length);
            }
        }
    }

    [Theory]
    [InlineData('[', ']')]
    [InlineData('{', '}')]
    public void Deep_nesting_is_refused(char open, char close)
    {
        string inner = open == '{' ? "{\"a\":" : "[";
        string deep = string.Concat(Enumerable.Repeat(inner, 100_000));
        string closed = deep + "1" + new string(close, 100_000);
        string[] shells =
        [
            "@", "{\"agent\":\"a\",\"resource\":\"r\",\"action\":@", "{\"format_version\":\"1.0\",\"configuration\":@",
            "{\"format_version\":\"1.0\",\"configuration\":1,\"resource_changes\":[@]}", "{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\",\"x\":@}",
            "{\"kind\":\"EventList\",\"apiVersion\":\"audit.k8s.io/v1\",\"items\":[@]}", "{\"kind\":\"AdmissionReview\",\"request\":{\"object\":@}}",
        ];
        foreach (string shell in shells)
        {
            foreach (string body in (string[])[deep, closed])
            {
                foreach (InputFormat format in Enum.GetValues<InputFormat>())
                {
                    byte[] bytes = Encoding.UTF8.GetBytes(shell.Replace("@", body, StringComparison.Ordinal));
                    Assert.Throws<InputException>(() => Inputs.Read(bytes, new ReadOptions { Format = format }));
                }
            }
        }
    }

    [Fact]
    public void An_input_of_errors_alone_is_given_up()
    {
        string text = "{\"format_version\":\"1.0\",\"resource_changes\":[" + string.Concat(Enumerable.Repeat("1,", ReadContext.MostErrors)) + "1]}";

        Assert.StartsWith(
            "in:1: $.resource_changes[999999]: expected fewer than 1000000 errors in one input; the last one: expected an object, got 1",
            Inputs.Refused(text, new ReadOptions { OnError = OnError.Skip }).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_longer_than_allowed_is_named_and_can_be_skipped_in_little_memory()
    {
        string good = """{"agent":"a","resource":"r","action":"apply"}""";
        string text = good + "\n" + good.Replace("\"r\"", "\"" + new string('x', 300_000) + "\"", StringComparison.Ordinal) + "\n" + good;
        var options = new ReadOptions { Limits = Limits.Default with { LineBytes = 1000 } };

        Assert.Equal("in:2: expected at most 1000 bytes in a line, got more", Inputs.Refused(text, options).Message);
        Assert.Equal([1L, 3L], Inputs.Read(text, options with { OnError = OnError.Skip }).Records.Select(r => r.Position.Line));
    }

    [Fact]
    public void An_endless_line_is_refused()
    {
        using ChangeSource source = ChangeSource.Open(
            new Endless(), "in", new ReadOptions { Format = InputFormat.KubernetesAudit, Limits = Limits.Default with { DocumentBytes = 8 << 20 } });

        Assert.Contains("expected at most 8388608 bytes in one document", Assert.Throws<InputException>(() => source.Read().Count()).Message, StringComparison.Ordinal);
        Assert.Contains("in the first 4194304 bytes; name it with --format",
            Assert.Throws<InputException>(() => ChangeSource.Open(new Endless(), "in", new ReadOptions())).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"agent\":\"a\",\"resource\":\"r\",\"action\":\"apply\"}\n{\"agent\":\"\u00E9@\"}", "in:2: expected UTF-8, got byte 0xFF at column 13")]
    [InlineData("{\"agent\":\"a\",\"resource\":\"r@\",\"action\":\"apply\"}", "in:1: expected UTF-8, got byte 0xFF at column 27")]
    [InlineData("{\"format_version\":\"1.0\",\n\"configuration\":{},\n\"x\":\"@\"}", "in:3: expected UTF-8, got byte 0xFF at column 6")]
    public void Bytes_that_are_not_text_are_placed(string text, string message)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        bytes[Array.IndexOf(bytes, (byte)'@')] = 0xFF;

        Assert.Equal(message, Assert.Throws<InputException>(() => Inputs.Read(bytes)).Message);
    }

    /// <summary>A file cut down to what readers look at, and still valid: most of a large plan is walked over unread.</summary>
    private static (byte[] Bytes, InputFormat Format) Seed(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        using ChangeSource source = ChangeSource.Open(new MemoryStream(bytes), path, new ReadOptions());
        if (source.Format == InputFormat.TerraformPlan && bytes.Length > 20_000)
        {
            using JsonDocument plan = JsonDocument.Parse(bytes);
            IEnumerable<string> changes = plan.RootElement.GetProperty("resource_changes").EnumerateArray()
                .Where(change => change.GetProperty("change").GetProperty("actions")[0].GetString() != "no-op").Take(6).Select(change => change.GetRawText());
            bytes = Encoding.UTF8.GetBytes($$"""{"format_version":"0.1","resource_changes":[{{string.Join(',', changes)}}]}""");
        }
        else if (bytes.Length > 20_000)
        {
            bytes = bytes[..(bytes.AsSpan(0, 20_000).LastIndexOf((byte)'\n') + 1)];
        }

        return (bytes, source.Format);
    }

    private static byte[] Mutate(byte[] seed, Random random)
    {
        var bytes = new List<byte>(seed);
        for (int edits = random.Next(1, 4); edits > 0; edits--)
        {
            int at = random.Next(bytes.Count);
            int length = Math.Min(random.Next(1, 40), bytes.Count - at);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes.InsertRange(at, Tokens[random.Next(Tokens.Length)]);
                    break;
                case 3:
                    bytes.RemoveRange(at, length);
                    break;
                case 4:
                    bytes.InsertRange(random.Next(bytes.Count), bytes.GetRange(at, length));
                    break;
                default:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
            }

            if (bytes.Count == 0)
            {
                break;
            }
        }

        return [.. bytes];
    }

    /// <summary>Whether the input was accepted; anything but an InputException fails the test.</summary>
    private static bool Survives(byte[] bytes, ReadOptions options, int which)
    {
        try
        {
            using ChangeSource source = ChangeSource.Open(new MemoryStream(bytes), "in", options);
            foreach (ChangeRecord record in source.Read())
            {
                Assert.Null(Names.Problem(record.Agent));
                Assert.Null(Names.Problem(record.Resource));
            }

            return source.Report.Errors == 0;
        }
        catch (InputException e)
        {
            Assert.DoesNotContain(e.Message, c => char.IsControl(c));
            return false;
        }
        catch (Exception e) when (e is not Xunit.Sdk.IAssertionException)
        {
            Assert.Fail($"input {which} ({options.Format}, {options.OnError}) brought out {e}: {Convert.ToBase64String(bytes)}");
            return false;
        }
    }

    private sealed class Endless : Stream
    {
        private bool _begun;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            buffer.AsSpan(offset, count).Fill((byte)' ');
            if (!_begun)
            {
                _begun = true;
                "{"u8.CopyTo(buffer.AsSpan(offset));
            }

            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
