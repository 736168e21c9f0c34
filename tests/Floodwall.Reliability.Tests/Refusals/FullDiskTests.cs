using System.Diagnostics;
using System.Globalization;
using Floodwall.Ledger;
using Floodwall.Reliability.Child.Commands;

namespace Floodwall.Reliability.Tests.Refusals;

/// <summary>A real file system of 24 MiB runs full under a writer, in a process of its own: a wrong store there would be its end.</summary>
public sealed class FullDiskTests
{
    private const int Rounds = 3;

    [Fact]
    public void A_full_file_system_refuses_signs_what_it_has_and_goes_on_once_there_is_room()
    {
        using TempFolder temp = new();
        string mount = temp.Of("small");
        Directory.CreateDirectory(mount);
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && Run("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", mount) == 0,
            "needs the right to mount a tmpfs of 24 MiB");
        try
        {
            string directory = Path.Combine(mount, "ledger");
            string ballast = Path.Combine(mount, "ballast");
            File.WriteAllBytes(ballast, new byte[9 << 20]);
            ulong full = Fill(directory);
            for (int round = 1; round < Rounds; round++)
            {
                // Some room comes back: as much as the next segment needs, and no more.
                using (FileStream file = new(ballast, FileMode.Open))
                {
                    file.SetLength(file.Length - (4 << 20) - (64 << 10));
                }

                ulong more = Fill(directory);
                Assert.True(more > full, $"{full} entries, then {more}");
                full = more;
            }

            VerificationReport report = LedgerVerifier.Verify(directory, Ledgers.Signer.VerifierKey);
            Assert.Equal((VerificationStatus.Good, full, full), (report.Status, report.AppendedSize, report.SignedSize));
            Figures.Report("Full disk", $"a tmpfs of 24 MiB run full {Rounds} times under the writer: refused, everything signed, went on with room; {full} entries");
        }
        finally
        {
            Assert.Equal(0, Run("umount", mount));
        }
    }

    private static ulong Fill(string directory)
    {
        using ChildProcess child = ChildProcess.Start("fill", directory);
        string? line = child.ReadLine();
        Assert.True(line is not null && line.StartsWith("full ", StringComparison.Ordinal), line ?? child.Errors());
        Assert.Equal(0, child.WaitForExit());
        return ulong.Parse(line!.Split(' ')[1], CultureInfo.InvariantCulture);
    }

    private static int Run(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return -1;
        }
    }
}
