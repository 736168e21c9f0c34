using Floodwall.Crypto;
using Floodwall.Ledger;
using Floodwall.Reliability.Child.Commands;

namespace Floodwall.Reliability.Tests.Refusals;

/// <summary>What the operating system does not allow is refused with an error that names the file; nothing is changed.</summary>
public sealed class RefusalTests
{
    [Fact]
    public void A_folder_of_another_owner_a_read_only_folder_and_an_unreadable_key_are_refused_clearly()
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && Environment.UserName == "root" && File.Exists("/usr/bin/setpriv"),
            "runs as root, with setpriv to drop its rights: root itself is refused nothing");
        using TempFolder temp = new();
        Open(temp.Path, others: true);
        string directory = temp.Of("ledger");
        LedgerWriter.Open(Ledgers.Options(directory), Ledgers.Signer).Close();

        // Of another owner: nothing in it can be locked or written.
        string refused = AsNobody(directory, "-");
        AssertNames(directory, refused);
        AssertNames("denied", refused);

        // A folder that may be read but not written.
        string readOnly = temp.Of("read-only");
        Directory.CreateDirectory(readOnly);
        refused = AsNobody(Path.Combine(readOnly, "ledger"), "-");
        AssertNames(readOnly, refused);
        AssertNames("denied", refused);
        Assert.Empty(Directory.EnumerateFileSystemEntries(readOnly));

        // A key that only root can read, and one that everybody can.
        string key = temp.Of("key");
        using Ed25519Signer signer = Ed25519Signer.Generate("example.org/refused");
        KeyFile.Create(key, signer);
        string own = temp.Of("own");
        Open(own, others: true);
        refused = AsNobody(Path.Combine(own, "ledger"), key);
        Assert.StartsWith("UnauthorizedAccessException: ", refused, StringComparison.Ordinal);
        AssertNames(key, refused);
        Open(key, others: true);
        AssertNames("chmod 600", AsNobody(Path.Combine(own, "ledger"), key));
        Assert.Empty(Directory.EnumerateFileSystemEntries(own));

        // The rights were all that was missing, and nothing was harmed.
        Assert.Equal("done", AsNobody(Path.Combine(own, "ledger"), "-"));
        VerificationReport report = LedgerVerifier.Verify(directory, Ledgers.Signer.VerifierKey);
        Assert.Equal((VerificationStatus.Good, 1UL), (report.Status, report.AppendedSize));
        Figures.Report("Rights", "folder of another owner, read-only folder, unreadable key, key open to others: each refused, the file named, nothing changed");
    }

    private static void Open(string path, bool others)
    {
        if (!OperatingSystem.IsWindows())
        {
            if (!File.Exists(path))
            {
                Directory.CreateDirectory(path);
            }

            UnixFileMode all = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            File.SetUnixFileMode(
                path,
                others
                    ? all | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute
                        | (path.EndsWith("own", StringComparison.Ordinal) ? UnixFileMode.OtherWrite : 0)
                    : all);
        }
    }

    private static void AssertNames(string expected, string refused) => Assert.Contains(expected, refused, StringComparison.Ordinal);

    private static string AsNobody(string directory, string key)
    {
        using ChildProcess child = ChildProcess.StartAsNobody("open", directory, key);
        string? line = child.ReadLine();
        return line ?? throw new InvalidOperationException(child.Errors());
    }
}
