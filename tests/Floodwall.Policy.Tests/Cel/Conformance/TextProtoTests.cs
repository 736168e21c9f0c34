namespace Floodwall.Policy.Tests.Cel;

/// <summary>The reader of text protobufs that the conformance tests rest on.</summary>
public sealed class TextProtoTests
{
    [Fact]
    public void Reads_nested_messages_lists_comments_and_every_kind_of_scalar()
    {
        TextProtoMessage message = TextProto.Parse("""
            # a comment
            name: "a" 'b'  # two parts
            inner { n: -12 f: 1.5e-3 flag: true }
            inner: < k: NULL_VALUE, k: inf; >
            list: [1, 2]
            [type.googleapis.com/x.Y] { z: "" }
            """);

        Assert.Equal("ab", message.Text("name"));
        Assert.Equal("-12", message.Messages("inner").First().Find("n")!.AsScalar);
        Assert.Equal("1.5e-3", message.Messages("inner").First().Find("f")!.AsScalar);
        Assert.True(message.Messages("inner").First().Bool("flag"));
        Assert.Equal(["NULL_VALUE", "inf"], message.Messages("inner").Last().All("k").Select(k => k.AsScalar));
        Assert.Equal(["1", "2"], message.All("list").Select(item => item.AsScalar));
        Assert.Equal("", message.Message("[type.googleapis.com/x.Y]")!.Text("z", absent: "none"));
    }

    [Fact]
    public void Escapes_give_bytes_or_code_points()
    {
        TextProtoMessage message = TextProto.Parse(@"b: ""\xFF\377\0\n\\\""\u00ff\U0001F431""");

        Assert.Equal([0xFF, 0xFF, 0, 10, (byte)'\\', (byte)'"', 0xC3, 0xBF, 0xF0, 0x9F, 0x90, 0xB1], message.Find("b")!.AsBytes);
    }

    [Theory]
    [InlineData("a: \"open")]
    [InlineData("a { b: 1")]
    [InlineData("a: }")]
    public void A_broken_text_is_an_error(string text) => Assert.ThrowsAny<FormatException>(() => TextProto.Parse(text));

    [Fact]
    public void Finds_every_test_of_the_outside_files()
    {
        int lines = Directory.EnumerateFiles(TestData.Require("cel-spec"), "*.textproto")
            .SelectMany(File.ReadLines).Count(line => line.TrimStart().StartsWith("expr:", StringComparison.Ordinal));

        Assert.Equal(lines, ConformanceFile.All().Count);
        Assert.All(ConformanceFile.All(), test => Assert.NotEqual("", test.Expr));
    }
}
