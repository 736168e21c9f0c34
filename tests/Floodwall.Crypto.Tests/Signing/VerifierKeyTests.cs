using System.Text;

namespace Floodwall.Crypto.Tests.Signing;

public sealed class VerifierKeyTests
{
    // The example key of the documentation of Go's golang.org/x/mod/sumdb/note.
    private const string PeterNeumann = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

    [Fact]
    public void The_key_of_the_Go_documentation_parses_and_prints_the_same()
    {
        VerifierKey key = VerifierKey.Parse(PeterNeumann);
        Assert.Equal("PeterNeumann", key.Name);
        Assert.Equal(0xc74f20a3u, key.KeyId);
        Assert.Equal(PeterNeumann, key.ToString());
        Assert.Equal(PeterNeumann, VerifierKey.Parse("  " + PeterNeumann + "\n").ToString());
    }

    [Theory]
    [InlineData("", "form")]
    [InlineData("PeterNeumann", "form")]
    [InlineData("PeterNeumann+c74f20a3", "form")]
    [InlineData("+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "empty")]
    [InlineData("Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "U+0020")]
    [InlineData("Peter\u00A0N+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "U+00A0")]
    [InlineData("PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "hexadecimal")]
    [InlineData("PeterNeumann+c74f20a+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "hexadecimal")]
    [InlineData("PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "states key hash c74f20a4")]
    [InlineData("peterneumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "states key hash c74f20a3")]
    [InlineData("PeterNeumann+c74f20a3+Ahpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "key type is 0x02")]
    [InlineData("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T=", "base64")]
    [InlineData("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy", "base64")]
    [InlineData("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq LDE4izWy10TW", "base64")]
    public void A_malformed_vkey_is_refused_with_its_reason(string text, string reason)
    {
        Assert.False(VerifierKey.TryParse(text, out VerifierKey? key, out string? error));
        Assert.Null(key);
        Assert.Contains(reason, error, StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => VerifierKey.Parse(text));
    }

    [Fact]
    public void Every_single_character_change_of_a_vkey_is_refused()
    {
        for (int i = 0; i < PeterNeumann.Length; i++)
        {
            StringBuilder text = new(PeterNeumann);
            text[i] = text[i] == 'A' ? 'B' : 'A';
            Assert.False(VerifierKey.TryParse(text.ToString(), out _, out _), text.ToString());
        }
    }

    [Fact]
    public void Random_text_never_escapes_TryParse_as_an_exception()
    {
        Random random = new(11);
        const string Alphabet = "+\n\t abcdef0123456789AR=/\ud800\udc00\ufffdé";
        for (int i = 0; i < 20_000; i++)
        {
            string text = i % 2 == 0
                ? new string([.. Enumerable.Range(0, random.Next(80)).Select(_ => Alphabet[random.Next(Alphabet.Length)])])
                : PeterNeumann.Insert(random.Next(PeterNeumann.Length), Alphabet[random.Next(Alphabet.Length)].ToString());
            Assert.Equal(VerifierKey.TryParse(text, out VerifierKey? key, out string? error), error is null && key is not null);
        }
    }

    [Theory]
    [InlineData("a+b")]
    [InlineData("a b")]
    [InlineData("a\u2003b")]
    [InlineData("a\nb")]
    [InlineData("a\0b")]
    [InlineData("")]
    [InlineData("a\ud800b")]
    public void A_name_that_cannot_stand_in_a_note_is_refused(string name)
    {
        Assert.Throws<ArgumentException>(() => new VerifierKey(name, new byte[32]));
        Assert.Throws<ArgumentException>(() => Ed25519Signer.FromSeed(name, new byte[32]));
    }

    [Fact]
    public void A_name_may_take_255_bytes_and_no_more()
    {
        string longest = new string('é', 127) + "x";
        Assert.Equal(longest, VerifierKey.Parse(new VerifierKey(longest, new byte[32]).ToString()).Name);
        Assert.Throws<ArgumentException>(() => new VerifierKey(longest + "x", new byte[32]));
    }
}
