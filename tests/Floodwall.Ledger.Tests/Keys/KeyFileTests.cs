using Floodwall.Crypto;

namespace Floodwall.Ledger.Tests.Keys;

public sealed class KeyFileTests
{
    [Fact]
    public void A_key_comes_back_and_the_file_is_closed_to_others()
    {
        using TempFolder temp = new();
        string path = temp.Of("key");
        using Ed25519Signer signer = Ed25519Signer.Generate("example.org/keys");
        KeyFile.Create(path, signer);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }

        using Ed25519Signer loaded = KeyFile.Load(path);
        Assert.Equal(signer.VerifierKey.ToString(), loaded.VerifierKey.ToString());
        Assert.Equal(signer.ExportPrivateKey(), loaded.ExportPrivateKey());
    }

    [Fact]
    public void An_existing_file_is_never_overwritten()
    {
        using TempFolder temp = new();
        string path = temp.Of("key");
        File.WriteAllText(path, "precious");
        IOException refused = Assert.Throws<IOException>(() => KeyFile.Create(path, TestLedger.Signer));
        Assert.Contains(path, refused.Message, StringComparison.Ordinal);
        Assert.Equal("precious", File.ReadAllText(path));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    public void A_file_open_to_others_is_refused(UnixFileMode extra)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Unix modes");
        using TempFolder temp = new();
        string path = temp.Of("key");
        KeyFile.Create(path, TestLedger.Signer);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, File.GetUnixFileMode(path) | extra);
        }

        UnauthorizedAccessException refused = Assert.Throws<UnauthorizedAccessException>(() => KeyFile.Load(path));
        Assert.Contains(path, refused.Message, StringComparison.Ordinal);
        Assert.Contains("chmod 600", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("PRIVATE+KEY+secretname+00000000+notbase64")]
    public void A_file_without_a_key_is_refused_without_quoting_it(string content)
    {
        using TempFolder temp = new();
        string path = temp.Of("key");
        KeyFile.Create(path, TestLedger.Signer);
        File.WriteAllText(path, content);
        InvalidDataException refused = Assert.Throws<InvalidDataException>(() => KeyFile.Load(path));
        Assert.Contains(path, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("notbase64", refused.Message, StringComparison.Ordinal);
        File.WriteAllText(path, new string('x', 100_000));
        Assert.Throws<InvalidDataException>(() => KeyFile.Load(path));
        File.Delete(path);
        Assert.Throws<FileNotFoundException>(() => KeyFile.Load(path));
    }
}
