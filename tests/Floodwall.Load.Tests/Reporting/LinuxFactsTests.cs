using System.Diagnostics;
using Floodwall.Load.Reporting;

namespace Floodwall.Load.Tests.Reporting;

public sealed class LinuxFactsTests
{
    private const string Mounts = """
        /dev/vda / ext4 rw,relatime 0 0
        tmpfs /tmp tmpfs rw,nosuid 0 0
        /dev/vdb /data xfs rw 0 0
        /dev/vdc /data xfs rw,noatime 0 0
        /dev/vdd /my\040disk btrfs ro 0 0
        """;

    [Theory]
    [InlineData("/home/x", "/dev/vda at /, ext4, rw,relatime")]
    [InlineData("/tmp", "tmpfs at /tmp, tmpfs, rw,nosuid")]
    [InlineData("/tmp/ledgers", "tmpfs at /tmp, tmpfs, rw,nosuid")]
    [InlineData("/tmpfiles", "/dev/vda at /, ext4, rw,relatime")]
    [InlineData("/data/a/b", "/dev/vdc at /data, xfs, rw,noatime")]
    [InlineData("/my disk/a", "/dev/vdd at /my disk, btrfs, ro")]
    public void A_folder_lies_on_the_longest_mount_point_above_it_the_latest_of_several(string folder, string mount) =>
        Assert.Equal(mount, LinuxFacts.Mount(folder, Mounts));

    [Fact]
    public void What_is_not_told_is_unknown()
    {
        Assert.Equal("unknown", LinuxFacts.Mount("/tmp", "unknown"));
        Assert.Equal("unknown", LinuxFacts.HasFlag(null, "sha_ni"));
        Assert.Equal("no", LinuxFacts.HasFlag("avx2 sha_nix", "sha_ni"));
        Assert.Equal("yes (sha_ni)", LinuxFacts.HasFlag("avx2 sha_ni vaes", "sha_ni", "sha2"));
    }

    [Fact]
    public void Changes_in_a_working_tree_are_seen_except_in_the_reports()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("floodwall-load-tests-");
        try
        {
            Assert.Null(WorkingTree.Status(folder.FullName));
            Assert.SkipUnless(HasGit(folder.FullName), "git is not here");
            Assert.Equal("", WorkingTree.Status(folder.FullName));
            Directory.CreateDirectory(Path.Combine(folder.FullName, "perf-reports"));
            File.WriteAllText(Path.Combine(folder.FullName, "perf-reports", "README.md"), "a report");
            Assert.Equal("", WorkingTree.Status(folder.FullName));
            File.WriteAllText(Path.Combine(folder.FullName, "Wall.cs"), "changed");
            Assert.Equal("?? Wall.cs", WorkingTree.Status(folder.FullName));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static bool HasGit(string folder)
    {
        try
        {
            using Process git = Process.Start(new ProcessStartInfo("git", ["init", "--quiet", folder]))!;
            git.WaitForExit();
            return git.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
