using System.Text;
using System.Text.Json;

namespace Floodwall.Policy.Tests.Bundles;

public sealed class YamlJsonTests
{
    [Theory]
    [InlineData("a: 1", """{"a":1}""")]
    [InlineData("a: +012", """{"a":12}""")]
    [InlineData("a: 0x1F", """{"a":31}""")]
    [InlineData("a: .5", """{"a":0.5}""")]
    [InlineData("a: -1.", """{"a":-1.0}""")]
    [InlineData("a: +1.50e-3", """{"a":1.50e-3}""")]
    [InlineData("a: 1e3", """{"a":1.0e3}""")]
    [InlineData("a: 0.25", """{"a":0.25}""")]
    [InlineData("a: 9223372036854775808", """{"a":9223372036854775808}""")]
    [InlineData("a: yes", """{"a":"yes"}""")]
    [InlineData("a: True", """{"a":true}""")]
    [InlineData("a: ~", """{"a":null}""")]
    [InlineData("a: '1'", """{"a":"1"}""")]
    [InlineData("[a, {b: [c]}]", """["a",{"b":["c"]}]""")]
    [InlineData("{\"a\": [1, \"\\u00e9\"]}", """{"a":[1,"\u00E9"]}""")]
    public void Values_are_what_yaml_says_they_are(string yaml, string json) =>
        Assert.Equal(json, Encoding.UTF8.GetString(Read(yaml)!.Utf8.Span));

    [Fact]
    public void Every_value_has_its_place()
    {
        YamlJson yaml = Read("tests:\n- name: a\n  intent: {agent: x}\n")!;
        Assert.Equal((2, 9), Place(yaml, "$.tests[0].name"));
        Assert.Equal((3, 19), Place(yaml, "$.tests[0].intent.agent"));
        Assert.Equal((3, 11), Place(yaml, "$.tests[0].intent.role"));
        Assert.False(yaml.Has("$.tests[0].intent.role"));
        Assert.Equal((1, 1), Place(yaml, "$"));
    }

    [Theory]
    [InlineData("a: 1\na: 2")]
    [InlineData("a: &x 1\nb: *x")]
    [InlineData("a: [")]
    [InlineData("")]
    public void What_policy_files_may_not_hold_is_refused(string yaml)
    {
        Assert.Null(YamlJson.TryRead(Seeds.Source(yaml, "t.yaml"), out IReadOnlyList<PolicyDiagnostic> diagnostics));
        Assert.NotEmpty(diagnostics);
    }

    private static (int, int) Place(YamlJson yaml, string path) => (yaml.PlaceOf(path).Line, yaml.PlaceOf(path).Column);

    private static YamlJson? Read(string yaml)
    {
        YamlJson? read = YamlJson.TryRead(Seeds.Source(yaml, "t.yaml"), out IReadOnlyList<PolicyDiagnostic> diagnostics);
        Assert.True(read is not null, string.Join("\n", diagnostics));
        using JsonDocument valid = JsonDocument.Parse(read.Utf8);
        return read;
    }
}
