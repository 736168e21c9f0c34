using System.Text.Json;
using Floodwall.Policy;

namespace Floodwall.Cli.Bundles;

/// <summary>What a bundle is, as members of a JSON object.</summary>
internal static class BundleJson
{
    public static void WriteIdentity(Utf8JsonWriter json, PolicyBundle bundle)
    {
        if (bundle.Metadata.Name is { } name)
        {
            json.WriteString("name", name);
        }

        if (bundle.Metadata.Revision != 0)
        {
            json.WriteNumber("revision", bundle.Metadata.Revision);
        }

        json.WriteString("address", CanonicalForm.Address(bundle));
    }
}
