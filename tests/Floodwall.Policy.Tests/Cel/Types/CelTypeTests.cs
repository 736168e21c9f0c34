using Floodwall.Policy.Cel;

namespace Floodwall.Policy.Tests.Cel;

public sealed class CelTypeTests
{
    [Theory]
    [InlineData("map(string, list(optional(int)))")]
    [InlineData("type(dyn)")]
    [InlineData("duration")]
    [InlineData("A")]
    public void Types_are_read_as_they_are_written(string text)
    {
        Assert.Equal(text, CelType.Parse(text).ToString());
        Assert.Equal(CelType.Parse(text), CelType.Parse(text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("lst(int)")]
    [InlineData("list()")]
    [InlineData("list(int")]
    [InlineData("map(int)")]
    [InlineData("int int")]
    [InlineData("list(list(list(list(list(list(list(list(list(list(list(list(list(list(list(list(list(int)))))))))))))))))")]
    public void What_is_no_type_is_refused(string text) => Assert.Throws<FormatException>(() => CelType.Parse(text));

    [Theory]
    [InlineData("f (int, list(A)) -> A", false, 2, "(int, list(A)) -> A")]
    [InlineData("f string.() -> bool", true, 1, "string.() -> bool")]
    [InlineData("f map(A, B).(A) -> B", true, 2, "map(A, B).(A) -> B")]
    public void Signatures_are_read_as_they_are_written(string text, bool member, int parameters, string written)
    {
        CelOverload overload = CelOverload.Parse(text);
        Assert.Equal((member, parameters, written, "f"), (overload.IsMember, overload.Parameters.Count, overload.ToString(), overload.Id));
    }

    [Fact]
    public void Declarations_that_clash_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new CelStruct("S", [new("a", CelType.Int), new("a", CelType.Int)]));
        Assert.Throws<ArgumentException>(() =>
            CelEnvironment.Standard.WithFunction(new CelFunctionDeclaration("size", [CelOverload.Parse("size_string (int) -> int")])));
    }

    [Fact]
    public void Overload_ids_are_unique_among_all_functions()
    {
        List<string> ids = [.. CelEnvironment.Standard.Functions.SelectMany(function => function.Overloads).Select(overload => overload.Id)];
        Assert.Equal(ids.Distinct().Count(), ids.Count);
    }

    [Theory]
    [InlineData("intnet", "intent", 1)]
    [InlineData("kind", "kind", 0)]
    [InlineData("", "abc", 3)]
    [InlineData("Intent", "intent", 0)]
    [InlineData("kitten", "sitting", 3)]
    public void Edits_are_counted(string a, string b, int edits) => Assert.Equal(edits, CelNames.Edits(a, b));
}
