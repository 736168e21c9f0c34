using Floodwall.Policy.Cel;

namespace Floodwall.Policy.Tests.Cel;

/// <summary>Parses for tests.</summary>
internal static class Parsing
{
    public static Expr Root(string text, CelParseOptions? options = null)
    {
        CelParseResult result = CelParser.Parse(text, options);
        Assert.True(result.Root is not null, $"{text}: {Describe(text, result)}");
        Assert.Empty(result.Diagnostics);
        return result.Root;
    }

    public static string Describe(string text, CelParseResult result) =>
        string.Join('\n', result.Diagnostics.Select(diagnostic => diagnostic.Describe(text)));

    /// <summary>The errors of a text that must have some.</summary>
    public static string Errors(string text, CelParseOptions? options = null)
    {
        CelParseResult result = CelParser.Parse(text, options);
        Assert.Null(result.Root);
        Assert.NotEmpty(result.Diagnostics);
        return Describe(text, result);
    }
}
