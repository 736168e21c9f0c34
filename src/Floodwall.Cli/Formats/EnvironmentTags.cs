using System.Text.Json;
using Floodwall.Cli.Formats.Json;

namespace Floodwall.Cli.Formats;

/// <summary>The tags and labels by which people say which environment an object belongs to.</summary>
internal static class EnvironmentTags
{
    private static readonly string[] Keys = ["environment", "Environment", "env", "Env", "ENV", "app.kubernetes.io/environment"];

    /// <summary>The value of the first such tag in lower case; empty where there is none.</summary>
    public static string Find(JsonFields tags)
    {
        foreach (string key in Keys)
        {
            if (tags.Find(key) is { ValueKind: JsonValueKind.String } value && value.GetString() is { Length: > 0 } text)
            {
                return text.ToLowerInvariant();
            }
        }

        return "";
    }
}
