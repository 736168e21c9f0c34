namespace Floodwall.Cli.Tests;

/// <summary>Finds the repository's examples, and the outside data that tests run on where it is there.</summary>
internal static class TestData
{
    public static string Repository { get; } = Ancestor(AppContext.BaseDirectory, folder => File.Exists(Path.Combine(folder, "Floodwall.sln")))
        ?? throw new InvalidOperationException("the tests run outside the repository");

    public static string Example(string name) => Path.Combine(Repository, "examples", name);

    public static IEnumerable<string> Examples => Directory.EnumerateFiles(Path.Combine(Repository, "examples")).Order();

    /// <summary>The path of outside data; skips the test where there is none.</summary>
    public static string Shared(string relative)
    {
        string path = Path.Combine(Folder ?? "", relative);
        Assert.SkipUnless(Folder is not null && Path.Exists(path), $"no outside data here (shared/data/{relative}; set FLOODWALL_TEST_DATA)");
        return path;
    }

    /// <summary>Every input file among the outside data; none where it is not there.</summary>
    public static IEnumerable<string> SharedInputs => Folder is null
        ? []
        : ((string[])["terraform", "kubernetes"]).Select(name => Path.Combine(Folder, name)).Where(Directory.Exists)
            .SelectMany(Directory.EnumerateFiles).Order();

    private static string? Folder { get; } = Environment.GetEnvironmentVariable("FLOODWALL_TEST_DATA") is { Length: > 0 } set
        ? set
        : Ancestor(AppContext.BaseDirectory, folder => Directory.Exists(Path.Combine(folder, "shared", "data"))) is string found
            ? Path.Combine(found, "shared", "data")
            : null;

    private static string? Ancestor(string folder, Func<string, bool> fits)
    {
        for (DirectoryInfo? at = new(folder); at is not null; at = at.Parent)
        {
            if (fits(at.FullName))
            {
                return at.FullName;
            }
        }

        return null;
    }
}
