using System.Text;
using Disruptor;

namespace Floodwall.Disruptor.Tests.Api;

/// <summary>
/// The public members stand in PublicApi.txt, so that a change of them is seen and held against the released package before it is made.
/// </summary>
public sealed class ApiShapeTests
{
    [Fact]
    public void The_public_members_are_the_recorded_ones()
    {
        using Stream stream = typeof(ApiShapeTests).Assembly.GetManifestResourceStream("PublicApi.txt")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        string[] recorded = [.. reader.ReadToEnd().Split('\n').Select(line => line.TrimEnd('\r')).Where(line => line.Length > 0 && line[0] != '#')];
        string[] actual = [.. ApiText.Of(typeof(Sequence).Assembly)];
        string difference = string.Join(
            '\n',
            actual.Except(recorded, StringComparer.Ordinal).Select(line => "+ " + line)
                .Concat(recorded.Except(actual, StringComparer.Ordinal).Select(line => "- " + line)));
        Assert.True(difference.Length == 0, "The public API differs from Api/PublicApi.txt:\n" + difference);
        Assert.Equal(recorded, actual);
    }

    [Fact]
    public void Every_public_type_stands_in_a_namespace_of_the_released_package() =>
        Assert.All(typeof(Sequence).Assembly.GetExportedTypes(), type => Assert.Contains(type.Namespace, (string[])["Disruptor", "Disruptor.Dsl"]));
}
