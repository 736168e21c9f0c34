using System.Text;
using Floodwall.Cli.Formats.Io;

namespace Floodwall.Cli.Tests.Formats.Io;

public sealed class LineReaderTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("\n", "1:")]
    [InlineData("a", "1:a")]
    [InlineData("a\nb", "1:a|2:b")]
    [InlineData("a\r\n\r\nb\r\n", "1:a|2:|3:b")]
    [InlineData("a\rb\n", "1:a\rb")]
    [InlineData("\uFEFFa\n\uFEFFb", "1:a|2:\uFEFFb")]
    [InlineData("12345678\n123456789\nc", "1:12345678|2!|3:c")]
    [InlineData("12345678\r\n123456789\r\nc", "1:12345678|2!|3:c")]
    [InlineData("1234567890123456789012345678901234567890\nc", "1!|2:c")]
    [InlineData("1234567890123456789012345678901234567890", "1!")]
    [InlineData("12345678", "1:12345678")]
    [InlineData("123456789", "1!")]
    [InlineData("12345678\r", "1!")]
    public void Lines_are_split_alike_however_the_bytes_arrive(string text, string expected)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        for (int step = 1; step <= bytes.Length + 1; step++)
        {
            using var input = new InputBuffer(new Inputs.Trickle(bytes, step));
            var reader = new LineReader(input, 8);
            var lines = new List<string>();
            while (reader.Read())
            {
                lines.Add(reader.TooLong ? $"{reader.Number}!" : $"{reader.Number}:{Encoding.UTF8.GetString(reader.Line.Span)}");
            }

            Assert.True(expected == string.Join('|', lines), $"step {step}: {string.Join('|', lines)}");
        }
    }
}
