using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Floodwall.Load.Reporting;

/// <summary>Reports as JSON; what is written can be read back to be compared with.</summary>
internal static class ReportJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Text(Report report) => JsonSerializer.Serialize(report, Options) + "\n";

    /// <exception cref="IOException">The file is no report.</exception>
    public static Report Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Report>(File.ReadAllText(path), Options) ?? throw new IOException($"{path}: empty, a report expected");
        }
        catch (JsonException failure)
        {
            throw new IOException($"{path}: no report of this program: {failure.Message}", failure);
        }
    }
}
