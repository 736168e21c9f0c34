using System.Text.Json;
using Floodwall.Policy.Matching;
using Floodwall.Policy.Reading;

namespace Floodwall.Policy.Tests.Bundles;

public sealed class BundleSchemaTests
{
    private const string Rule = "rules: [{id: a, condition: true, decision: deny}]\n";
    private static readonly BundleSchema Schema = BundleSchema.Load();

    /// <summary>Errors of the YAML itself, and what a JSON schema has no words for: references, contradictions, types of attributes, syntax of texts.</summary>
    private static readonly string[] BeyondSchemas =
    [
        "expected one of the placeholders",
        "well-formed YAML", "empty file", "one document", "directives", "anchors", "aliases", "tags", "each key once", "in front of the colon", "U+", "finite",
        "range of 64 bits", "a second time", "in a policy bundle, got none", "a name behind the colon", "6 decimals, got '1.", "maxWait of at least", "a network",
        "behind the prefix", "of this bundle", "got 'many'", "got 'yes'", "got 'destory'", "got 'regoin'", "* only at the start or the end of a pattern, once each, got 'a*b'",
        "got '**'",
    ];

    [Fact]
    public void The_schema_has_the_fields_of_the_loader()
    {
        (string Definition, FieldSet Fields)[] sets =
        [
            ("", BundleFields.Bundle), ("metadata", BundleFields.Metadata), ("ticks", BundleFields.Ticks), ("facts", BundleFields.Facts), ("policy", BundleFields.Policy),
            ("rule", BundleFields.Rule), ("shapeParams", BundleFields.ShapeParams), ("deferParams", BundleFields.DeferParams),
            ("switchParams", BundleFields.SwitchParams), ("otherParams", BundleFields.OtherParams), ("exemption", BundleFields.Exemption),
        ];
        foreach ((string definition, FieldSet fields) in sets)
        {
            Assert.Equal(fields.Spellings.Order(), Schema.Fields(definition).Order());
        }

        Assert.Equal(BundleFields.Attribute.Spellings.Order(), BundleSchema.Names(Schema.Definition("attribute").GetProperty("oneOf")[1]).Order());
        Assert.Equal(BundleFields.Who.Spellings.Order(), BundleSchema.Names(Schema.Definition("exemption").GetProperty("properties").GetProperty("who")).Order());
        Assert.Equal(MatchKeys.Names.Concat(["risk_tags", "labels"]).Order(), Schema.Fields("match").Order());
    }

    [Fact]
    public void The_schema_has_the_words_of_the_loader()
    {
        Assert.Equal(BundleWords.Decisions.Select(word => word.Text).Order(), Schema.Words("decision").Order());
        Assert.Equal(BundleWords.Modes.Select(word => word.Text), Schema.Words("mode"));
        Assert.Equal(BundleWords.Unknowns.Select(word => word.Text), Schema.Words("onUnknown"));
        Assert.Equal(BundleWords.AttributeTypes.Select(word => word.Text), Schema.Words("attributeType"));
        Assert.Equal(BundleWords.Versions.Select(word => word.Text), Property(Schema.Root, "version").Distinct());
        Assert.Equal(BundleWords.Types.Select(word => word.Text), Property(Schema.Definition("policy"), "type"));
        Assert.Equal(BundleWords.Dialects.Select(word => word.Text), Property(Schema.Definition("rule"), "dialect"));
        Assert.Equal(BundleWords.Algorithms.Select(word => word.Text), Property(Schema.Definition("shapeParams"), "algorithm"));
    }

    public static TheoryData<string> Good { get; } =
    [
        Seeds.Rules, Seeds.Policies, Seeds.Everything, Rule, "version: 1\n" + Rule, "version: '1'\n" + Rule,
        "rules: [{name: a, if: x, action: approve}]", "rules: [{name: a, when: {labels: {x: 1}}, action: defer, params: {until: reset}}]",
        "rules: [{id: a, match: {topics: [job.*, '*']}, decision: switch, params: {to: b, reason: c}, on_unknown: defer}]",
        "policies: [{id: a, scope: 'identity:x y', rules: [{id: b, condition: x, decision: shape, params: {algorithm: exponential, factor: 1, max_wait: 5}}]}]",
        Rule + "exemptions: [{id: e, who: {role: '*x*'}, policies: ['*'], reason: w, expires_tick: 1, max_uses: 1, break_glass: true}]",
        Rule + "attributes: {a: {type: string_list, max_size: 1024}, 'b c': bool}",
    ];

    [Theory]
    [MemberData(nameof(Good))]
    public void Schema_and_loader_accept(string text)
    {
        Seeds.Bundle(text);
        Assert.True(Schema.Accepts(text));
        Assert.True(Schema.Accepts(System.Text.Encoding.UTF8.GetString(CanonicalForm.ToBytes(Seeds.Bundle(text)))));
    }

    [Fact]
    public void The_schema_refuses_what_the_loader_refuses()
    {
        int refused = 0;
        foreach (ITheoryDataRow row in BundleErrorTests.Wrong)
        {
            object?[] data = row.GetData();
            string text = (string)data[0]!;
            string message = Seeds.Read(text).Diagnostics.First(found => !found.Message.StartsWith("condition: ", StringComparison.Ordinal)).Message;
            if (!BeyondSchemas.Any(part => message.Contains(part, StringComparison.Ordinal)))
            {
                Assert.False(Schema.Accepts(text), text);
                refused++;
            }
        }

        Assert.InRange(refused, 60, 200);
    }

    [Fact]
    public void The_bundle_in_the_documentation_loads()
    {
        string page = File.ReadAllText(Path.Combine(BundleSchema.Repository, "docs", "policies.md"));
        string[] whole = [.. page.Split("```yaml\n").Skip(1).Select(part => part.Split("```")[0]).Where(part => part.StartsWith("version:", StringComparison.Ordinal))];
        string text = Assert.Single(whole);
        Assert.Empty(Seeds.Read(text).Diagnostics);
        Assert.True(Schema.Accepts(text));
    }

    private static IEnumerable<string> Property(JsonElement schema, string name) =>
        schema.GetProperty("properties").GetProperty(name).GetProperty("enum").EnumerateArray().Select(word => word.ToString());
}
