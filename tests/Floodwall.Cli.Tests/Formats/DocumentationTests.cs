using System.Text;
using System.Text.RegularExpressions;
using Floodwall.Cli.Formats;
using Floodwall.Cli.Formats.Derivation;
using Floodwall.Cli.Formats.Intents;

namespace Floodwall.Cli.Tests.Formats;

/// <summary>What the documentation shows works, and it names what there is.</summary>
public sealed partial class DocumentationTests
{
    [Fact]
    public void The_intents_shown_are_read()
    {
        string[] blocks = Blocks("intents.md");

        Assert.Single(blocks);
        Assert.All(blocks, block => Inputs.One(block));
    }

    [Fact]
    public void The_table_shown_is_a_table()
    {
        string block = Assert.Single(Blocks("derivation.md"));
        DerivationTable table = DerivationTable.Load(new MemoryStream(Encoding.UTF8.GetBytes(block)), "derivation.md");

        Assert.Equal(2 + DerivationTable.Default.Rules.Count, table.Rules.Count);
    }

    [Fact]
    public void Every_field_fact_and_format_is_named()
    {
        Assert.All(NativeIntentReader.Fields, field => Assert.Contains($"`{field}`", Text("intents.md"), StringComparison.Ordinal));
        Assert.All(FactFields.Fields.Concat(FactWords.All), field => Assert.Contains($"`{field}`", Text("intents.md"), StringComparison.Ordinal));
        Assert.All(InputFormatNames.All, format => Assert.Contains($"`{format}`", Text("intents.md"), StringComparison.Ordinal));
        Assert.All(ChangeFacts.Names, fact => Assert.Contains($"`{fact}`", Text("derivation.md"), StringComparison.Ordinal));
    }

    private static string[] Blocks(string page) => [.. Fenced().Matches(Text(page)).Select(match => match.Groups[1].Value)];

    private static string Text(string page) => File.ReadAllText(Path.Combine(TestData.Repository, "docs", page));

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Fenced();
}
