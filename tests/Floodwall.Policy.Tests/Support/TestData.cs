namespace Floodwall.Policy.Tests;

/// <summary>Finds the folder of outside test vectors, which lies beside the repository, not in it.</summary>
internal static class TestData
{
    /// <summary>The file or folder <paramref name="relative"/> under shared/data; skips the test where there is none.</summary>
    public static string Require(string relative)
    {
        string? found = Candidates().Select(root => Path.Combine(root, relative)).FirstOrDefault(path => Path.Exists(path));
        Assert.SkipWhen(found is null, $"no test vectors: shared/data/{relative} was not found above {AppContext.BaseDirectory} "
            + "(set FLOODWALL_TEST_DATA to the folder that holds it)");
        return found!;
    }

    private static IEnumerable<string> Candidates()
    {
        if (Environment.GetEnvironmentVariable("FLOODWALL_TEST_DATA") is { Length: > 0 } configured)
        {
            yield return configured;
        }

        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            yield return Path.Combine(folder.FullName, "shared", "data");
        }
    }
}
