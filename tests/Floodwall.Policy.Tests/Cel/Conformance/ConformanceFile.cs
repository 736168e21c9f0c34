namespace Floodwall.Policy.Tests.Cel;

/// <summary>A test of google/cel-spec (proto/cel/expr/conformance/test/simple.proto).</summary>
internal sealed record ConformanceTest(string File, string Section, string Name, string Expr, TextProtoMessage Message)
{
    /// <summary>The scope in which names are resolved; often empty.</summary>
    public string Container => Message.Text("container");

    /// <summary>Whether the expression is to be evaluated without being checked.</summary>
    public bool DisableCheck => Message.Bool("disable_check");

    public override string ToString() => $"{File}/{Section}/{Name}";
}

/// <summary>Reads the conformance tests of shared/data/cel-spec; skips the asking test where they are not there.</summary>
internal static class ConformanceFile
{
    public static IReadOnlyList<ConformanceTest> All() =>
        [.. Directory.EnumerateFiles(TestData.Require("cel-spec"), "*.textproto").Order(StringComparer.Ordinal).SelectMany(Load)];

    public static IReadOnlyList<ConformanceTest> Named(string file) => Load(TestData.Require($"cel-spec/{file}.textproto"));

    private static IReadOnlyList<ConformanceTest> Load(string path)
    {
        TextProtoMessage file = TextProto.Parse(System.IO.File.ReadAllText(path));
        return
        [
            .. from section in file.Messages("section")
               from test in section.Messages("test")
               select new ConformanceTest(file.Text("name"), section.Text("name"), test.Text("name"), test.Text("expr"), test),
        ];
    }
}
