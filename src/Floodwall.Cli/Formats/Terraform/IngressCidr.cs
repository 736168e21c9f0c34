using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Floodwall.Cli.Formats.Json;

namespace Floodwall.Cli.Formats.Terraform;

/// <summary>The widest network that an AWS security group lets in, for the attribute <c>cidr</c> (docs/intents.md).</summary>
internal static class IngressCidr
{
    /// <summary>The attribute; none where the type is no security group's, or its networks are not known at plan time.</summary>
    /// <param name="type">The resource's type.</param>
    /// <param name="after">The state asked for.</param>
    public static IReadOnlyList<ChangeAttribute> Of(string type, JsonFields? after)
    {
        if (after is not { } state)
        {
            return [];
        }

        IEnumerable<string> networks = type switch
        {
            "aws_security_group" or "aws_default_security_group" => Rules(state).SelectMany(Blocks),
            "aws_security_group_rule" when state.Find("type") is { ValueKind: JsonValueKind.String } direction && direction.ValueEquals("ingress") => Blocks(state.Element),
            "aws_vpc_security_group_ingress_rule" => Texts(state.Element, "cidr_ipv4").Concat(Texts(state.Element, "cidr_ipv6")),
            _ => [],
        };

        // Of equally wide ones the first.
        string? widest = networks.Where(network => Reach(network) is not null).MinBy(Reach);
        return widest is null ? [] : [new ChangeAttribute("cidr", widest)];
    }

    private static IEnumerable<JsonElement> Rules(JsonFields state) =>
        state.Find("ingress") is { ValueKind: JsonValueKind.Array } rules
            ? rules.EnumerateArray().Where(rule => rule.ValueKind == JsonValueKind.Object)
            : [];

    private static IEnumerable<string> Blocks(JsonElement rule) => Texts(rule, "cidr_blocks").Concat(Texts(rule, "ipv6_cidr_blocks"));

    /// <summary>The strings of a member that is a string or a list; what is neither is passed over.</summary>
    private static IEnumerable<string> Texts(JsonElement element, string name)
    {
        if (!element.TryGetProperty(name, out JsonElement value))
        {
            return [];
        }

        IEnumerable<JsonElement> items = value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [value];
        return items.Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!);
    }

    /// <summary>The share of an address that is fixed, 0 for all addresses and 1 for a single one; null where it is no network.</summary>
    private static double? Reach(string network)
    {
        string[] parts = network.Split('/');
        if (parts.Length != 2
            || Names.Problem(network) is not null
            || !IPAddress.TryParse(parts[0], out IPAddress? address)
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int prefix))
        {
            return null;
        }

        int bits = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        return prefix <= bits ? (double)prefix / bits : null;
    }
}
