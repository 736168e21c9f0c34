namespace Floodwall.Crypto.Tests.Hashing;

public sealed class Hash256Tests
{
    private static readonly byte[] Bytes = [.. Enumerable.Range(1, 32).Select(i => (byte)(i * 7))];

    [Fact]
    public void Bytes_go_in_and_come_out_in_the_same_order()
    {
        Hash256 hash = Hash256.Read(Bytes);
        byte[] copy = new byte[40];
        hash.CopyTo(copy);
        Assert.Equal(Bytes, copy[..32]);
        Assert.Equal(new byte[8], copy[32..]);
        Assert.Equal(Bytes, hash.AsBytes().ToArray());
        Assert.Equal(Convert.ToHexStringLower(Bytes), hash.ToString());
        Assert.Equal(Convert.ToBase64String(Bytes), hash.ToBase64());
        Assert.Equal(32, System.Runtime.CompilerServices.Unsafe.SizeOf<Hash256>());
    }

    [Fact]
    public void Hashes_are_equal_exactly_when_all_bytes_are()
    {
        Hash256 hash = Hash256.Read(Bytes);
        Assert.True(hash == Hash256.Read(Bytes));
        Assert.Equal(hash.GetHashCode(), Hash256.Read(Bytes).GetHashCode());
        for (int i = 0; i < 32; i++)
        {
            byte[] other = [.. Bytes];
            other[i] ^= 0x10;
            Assert.True(hash != Hash256.Read(other));
            Assert.False(hash.Equals((object)Hash256.Read(other)));
        }
    }

    [Fact]
    public void Base64_has_one_spelling_only()
    {
        string text = Hash256.Read(Bytes).ToBase64();
        Assert.True(Hash256.TryParseBase64(text, out Hash256 hash));
        Assert.Equal(Hash256.Read(Bytes), hash);
        byte[] ascii = new byte[Hash256.Base64Length];
        hash.WriteBase64(ascii);
        Assert.Equal(text, System.Text.Encoding.ASCII.GetString(ascii));

        char last = text[42];
        Assert.False(Hash256.TryParseBase64(text.Remove(42, 1).Insert(42, ((char)(last + 1)).ToString()), out _));
        foreach (string wrong in new[] { "", text[..^1], text + "=", " " + text[1..], text[..20] + "\n" + text[21..], text.Replace('=', 'A') })
        {
            Assert.False(Hash256.TryParseBase64(wrong, out hash), wrong);
            Assert.Equal(default, hash);
        }
    }

    [Fact]
    public void Short_spans_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Hash256.Read(new byte[31]));
        Assert.Throws<ArgumentException>(() => default(Hash256).CopyTo(new byte[31]));
        Assert.Throws<ArgumentException>(() => default(Hash256).WriteBase64(new byte[43]));
    }
}
