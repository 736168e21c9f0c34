using System.Collections;
using System.Reflection;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace Floodwall.Policy.Tests.Bundles;

public sealed class CanonicalFormTests
{
    [Fact]
    public void The_form_of_a_small_bundle_is_known()
    {
        const string Text = "metadata: {name: n}\nrules: [{id: a, when: {team: 'é\"'}, decision: throttle, params: {algorithm: linear, factor: .50}}]";
        const string Form = """
            {"attributes":{"team":{"maxSize":1024,"type":"string"}},"exemptions":[],"metadata":{"name":"n"},"policies":[{"id":"rules","mode":"enforce","rules":[
            {"condition":"attr.team == \"é\\\"\"","decision":"shape","dialect":"cel","id":"a","onUnknown":"deny",
            "params":{"algorithm":"linear","factor":0.5,"maxWait":60000,"wait":1},"priority":0}],"scope":"global","type":"hard"}],"version":"v1"}
            """;
        Assert.Equal(Form.ReplaceLineEndings(""), Encoding.UTF8.GetString(CanonicalForm.ToBytes(Seeds.Bundle(Text))));
    }

    [Theory]
    [InlineData(Seeds.Rules)]
    [InlineData(Seeds.Policies)]
    [InlineData(Seeds.Everything)]
    public void Reading_the_form_back_gives_the_same_bundle(string text)
    {
        PolicyBundle bundle = Seeds.Bundle(text);
        byte[] canonical = CanonicalForm.ToBytes(bundle);
        Assert.True(CanonicalForm.TryRead(canonical, "c", out PolicyBundle? again, out BundleReadResult result), string.Join("\n", result.Diagnostics));
        Assert.Equal(Dump(bundle), Dump(again));
        Assert.Equal(canonical, CanonicalForm.ToBytes(again));
        Assert.Matches("^sha256:[0-9a-f]{64}$", CanonicalForm.Address(bundle));
        Assert.Equal("sha256:" + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(canonical)), CanonicalForm.Address(bundle));
        using JsonDocument json = JsonDocument.Parse(canonical);
        AssertSorted(json.RootElement);
    }

    [Fact]
    public void Another_spelling_is_not_the_form()
    {
        byte[] canonical = CanonicalForm.ToBytes(Seeds.Bundle(Seeds.Rules));
        Assert.False(CanonicalForm.TryRead((byte[])[.. canonical, (byte)'\n'], "c", out _, out BundleReadResult result));
        Assert.Contains("canonical", Assert.Single(result.Diagnostics).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Formatting_key_order_comments_aliases_and_written_defaults_mean_nothing() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(500),
        Prop.ForAll<int, int>((content, style) =>
        {
            object tree = BundleTrees.Make(new Random(content));
            string plain = BundleTrees.Print(tree, null);
            string styled = BundleTrees.Print(tree, new Random(style));
            Assert.True(
                CanonicalForm.Address(Seeds.Bundle(plain)) == CanonicalForm.Address(Seeds.Bundle(styled)), plain + "\n=====\n" + styled);
        }));

    [Fact]
    public void Different_contents_have_different_addresses()
    {
        PolicyBundle[] bundles = [.. Enumerable.Range(0, 1000).Select(seed => Seeds.Bundle(BundleTrees.Print(BundleTrees.Make(new Random(seed)), null)))];
        int contents = bundles.Select(Dump).Distinct().Count();
        Assert.InRange(contents, 900, 1000);
        Assert.Equal(contents, bundles.Select(CanonicalForm.Address).Distinct().Count());
    }

    /// <summary>Whatever the model comes to hold is in the address: every property of every record in it is changed once.</summary>
    [Fact]
    public void Every_property_counts()
    {
        string address = CanonicalForm.Address(Seeds.Bundle(Seeds.Everything));
        int sites = Sites(Seeds.Bundle(Seeds.Everything)).Count;
        Assert.InRange(sites, 100, 1000);
        for (int site = 0; site < sites; site++)
        {
            PolicyBundle bundle = Seeds.Bundle(Seeds.Everything);
            (string name, Action change) = Sites(bundle)[site];
            change();
            Assert.True(address != CanonicalForm.Address(bundle), name + " does not count");
        }
    }

    private static List<(string Name, Action Change)> Sites(object root, string path = "")
    {
        var sites = new List<(string, Action)>();
        foreach (PropertyInfo property in Properties(root))
        {
            string name = $"{path}.{property.Name}";
            object? value = property.GetValue(root);
            if (value is IList list)
            {
                sites.Add((name + " shorter", () => property.SetValue(root, Sublist(list, 0, list.Count - 1))));
                if (list.Count > 1 && property.Name is nameof(PolicyBundle.Policies) or nameof(PolicyDocument.Rules) && list[0] is not string)
                {
                    sites.Add((name + " turned", () => property.SetValue(root, Sublist(list, 1, list.Count - 1, list[0]))));
                }

                sites.AddRange(list.Cast<object>().Where(IsRecord).SelectMany((item, i) => Sites(item, $"{name}[{i}]")));
            }
            else if (value is not null && IsRecord(value))
            {
                sites.AddRange(Sites(value, name));
            }
            else if (value is not null && Other(value) is object other)
            {
                sites.Add((name, () => property.SetValue(root, other)));
            }
        }

        return sites;
    }

    private static IEnumerable<PropertyInfo> Properties(object value) => value.GetType().GetProperties()
        .Where(property => property.CanWrite && property.PropertyType != typeof(SourcePosition) && property.PropertyType != typeof(TextOrigin));

    private static bool IsRecord(object value) =>
        value is BundleMetadata or AttributeDeclaration or TickClock or PolicyDocument or PolicyScope or RuleDocument or RuleCondition
            or ShapeParameters or DeferParameters or ExemptionDocument or ExemptionSubject;

    private static object? Other(object value) => value switch
    {
        string text => text + "x",
        ulong number => number + 1,
        long number => number + 1,
        int number => number + 1,
        bool truth => !truth,
        NamePattern pattern => NamePattern.TryParse(pattern.Text + "x", out _) ?? NamePattern.TryParse("x", out _),
        Floodwall.Pipeline.VerdictKind kind => kind == Floodwall.Pipeline.VerdictKind.Admit ? Floodwall.Pipeline.VerdictKind.Reject : kind - 1,
        PolicyLevel => null,
        Enum word => Enum.ToObject(word.GetType(), (Convert.ToInt32(word, null) + 1) % Enum.GetValues(word.GetType()).Length),
        _ => throw new NotSupportedException(value.GetType().Name),
    };

    private static IList Sublist(IList list, int start, int count, params object?[] more)
    {
        var copy = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(list.GetType().IsArray
            ? list.GetType().GetElementType()!
            : list.GetType().GetGenericArguments()[0]))!;
        foreach (object? item in list.Cast<object?>().Skip(start).Take(count).Concat(more))
        {
            copy.Add(item);
        }

        return copy;
    }

    /// <summary>A bundle as text, by reflection: all but the places.</summary>
    internal static string Dump(object? value) => value switch
    {
        null => "null",
        string text => "'" + text + "'",
        NamePattern pattern => pattern.Text,
        IList list => "[" + string.Join(", ", list.Cast<object>().Select(Dump)) + "]",
        _ when IsRecord(value) || value is PolicyBundle => "{" + string.Join(", ", Properties(value).Select(p => $"{p.Name}: {Dump(p.GetValue(value))}")) + "}",
        _ => value.ToString()!,
    };

    private static void AssertSorted(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            string[] names = [.. element.EnumerateObject().Select(member => member.Name)];
            Assert.Equal(names.Order(StringComparer.Ordinal), names);
            Assert.All(element.EnumerateObject(), member => AssertSorted(member.Value));
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            Assert.All(element.EnumerateArray(), AssertSorted);
        }
    }
}
