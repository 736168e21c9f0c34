using System.ComponentModel;
using System.Diagnostics;

namespace Floodwall.Load.Reporting;

/// <summary>Whether the source that this program was built from is what its commit says; found out with git, where there is one.</summary>
internal static class WorkingTree
{
    private const string Solution = "Floodwall.sln";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>What a commit's name has behind it: "-dirty" where files differ from it or are new, else nothing, also where nobody can tell.</summary>
    public static string Suffix() => Folder() is { } folder && Status(folder) is { Length: > 0 } ? "-dirty" : "";

    /// <summary>The changes in a folder, one in a line; null where git cannot tell, or not in time.</summary>
    /// <remarks>Without the reports themselves: each scenario writes its own before the next one is asked.</remarks>
    internal static string? Status(string folder)
    {
        ProcessStartInfo start = new("git", ["--no-optional-locks", "status", "--porcelain", "--", ".", ":(exclude)perf-reports"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using Process git = Process.Start(start)!;
            Task<string> changes = git.StandardOutput.ReadToEndAsync();
            git.ErrorDataReceived += (_, _) => { };
            git.BeginErrorReadLine();
            if (!git.WaitForExit(Patience) || !changes.Wait(Patience))
            {
                git.Kill(entireProcessTree: true);
                return null;
            }

            return git.ExitCode == 0 ? changes.Result.Trim() : null;
        }
        catch (Exception failure) when (failure is Win32Exception or InvalidOperationException or IOException)
        {
            return null;
        }
    }

    private static string? Folder()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, Solution)))
            {
                return at.FullName;
            }
        }

        return null;
    }
}
