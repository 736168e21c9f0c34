using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Floodwall.Crypto;

/// <summary>
/// Reads C2SP tlog-policy files line by line. Octets above 0x7F are opaque: lines are handled as Latin-1, one character an octet, and
/// only keys, URLs and what people read is taken for UTF-8.
/// </summary>
internal sealed class TrustPolicyParser
{
    private const string None = "none";

    private readonly List<PolicyLog> _logs = [];
    private readonly List<PolicyWitness> _witnesses = [];
    private readonly Dictionary<string, PolicyQuorum> _named = new(StringComparer.Ordinal);
    private readonly HashSet<string> _grouped = new(StringComparer.Ordinal);
    private int _groups;
    private bool _hasQuorum;
    private PolicyQuorum? _quorum;

    private TrustPolicyParser()
    {
    }

    public static bool TryParse(
        ReadOnlySpan<byte> bytes, string file, [NotNullWhen(true)] out TrustPolicy? policy, [NotNullWhen(false)] out string? error)
    {
        policy = null;
        if (bytes.Length > TrustPolicy.MaxBytes)
        {
            error = $"{file}: the policy is {bytes.Length} bytes; at most {TrustPolicy.MaxBytes} are accepted";
            return false;
        }

        TrustPolicyParser parser = new();
        int number = 0;
        while (!bytes.IsEmpty)
        {
            number++;
            int end = bytes.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? bytes : bytes[..end];
            bytes = end < 0 ? default : bytes[(end + 1)..];
            if (parser.TakeLine(line) is string problem)
            {
                error = $"{file}:{number}: {problem}";
                return false;
            }
        }

        if (!parser._hasQuorum)
        {
            error = $"{file}:{number + 1}: the policy ends without a quorum line";
            return false;
        }

        policy = new TrustPolicy(parser._logs, parser._witnesses, parser._quorum);
        error = null;
        return true;
    }

    private string? TakeLine(ReadOnlySpan<byte> line)
    {
        foreach (byte octet in line)
        {
            if (octet is < 0x20 and not (byte)'\t' or 0x7F)
            {
                return $"control character 0x{octet:x2}; only tabs and newlines are allowed";
            }
        }

        string[] items = Encoding.Latin1.GetString(line).Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (items.Length == 0 || items[0][0] == '#')
        {
            return null;
        }

        return items[0] switch
        {
            "log" => TakeLog(items),
            "witness" => TakeWitness(items),
            "group" => TakeGroup(items),
            "quorum" => TakeQuorum(items),
            _ => $"'{Shown(items[0])}' begins no line; log, witness, group or quorum is expected",
        };
    }

    private string? TakeLog(string[] items)
    {
        if (items.Length is not (2 or 3))
        {
            return "a log line is: log VKEY [URL]";
        }

        if (_logs.Count == TrustPolicy.MaxOfEach)
        {
            return $"more than {TrustPolicy.MaxOfEach} logs";
        }

        if (!TryUtf8(items[1], out string text))
        {
            return "the log's vkey is not valid UTF-8";
        }

        if (!VerifierKey.TryParse(text, out VerifierKey? key, out string? error))
        {
            return $"log: {error}";
        }

        if (_logs.Exists(log => log.Key.PublicKey.Span.SequenceEqual(key.PublicKey.Span)))
        {
            return $"the key of log {key.Name} stands in the policy already";
        }

        _logs.Add(new PolicyLog(key, items.Length == 3 ? Shown(items[2]) : null));
        return null;
    }

    private string? TakeWitness(string[] items)
    {
        if (items.Length is not (3 or 4))
        {
            return "a witness line is: witness NAME VKEY [URL]";
        }

        if (_witnesses.Count == TrustPolicy.MaxOfEach)
        {
            return $"more than {TrustPolicy.MaxOfEach} witnesses";
        }

        if (CheckNew(items[1]) is string taken)
        {
            return taken;
        }

        if (!TryUtf8(items[2], out string text))
        {
            return "the witness's vkey is not valid UTF-8";
        }

        if (!CosignatureKey.TryParse(text, out CosignatureKey? key, out string? error))
        {
            return $"witness {Shown(items[1])}: {error}";
        }

        if (_witnesses.Find(witness => witness.Key.PublicKey.Span.SequenceEqual(key.PublicKey.Span)) is { } twin)
        {
            return $"the key of witness {Shown(items[1])} is that of {twin.Name}";
        }

        PolicyWitness added = new(Shown(items[1]), key, items.Length == 4 ? Shown(items[3]) : null);
        _witnesses.Add(added);
        _named.Add(items[1], new PolicyQuorum(added.Name, added, 1, []));
        return null;
    }

    private string? TakeGroup(string[] items)
    {
        if (items.Length < 4)
        {
            return "a group line is: group NAME all|any|K MEMBER…";
        }

        if (_groups == TrustPolicy.MaxOfEach)
        {
            return $"more than {TrustPolicy.MaxOfEach} groups";
        }

        if (CheckNew(items[1]) is string taken)
        {
            return taken;
        }

        int count = items.Length - 3;
        if (ReadThreshold(items[2], count) is not int threshold)
        {
            return $"group {Shown(items[1])}: '{Shown(items[2])}' is no threshold; all, any or a number from 1 to {count} is expected";
        }

        List<PolicyQuorum> members = [];
        foreach (string name in items.AsSpan(3))
        {
            if (!_named.TryGetValue(name, out PolicyQuorum? member))
            {
                return $"group {Shown(items[1])}: '{Shown(name)}' is defined on no earlier line";
            }

            // A witness that stood in two groups would count twice.
            if (!_grouped.Add(name))
            {
                return $"group {Shown(items[1])}: '{Shown(name)}' is a member of a group already";
            }

            members.Add(member);
        }

        _groups++;
        _named.Add(items[1], new PolicyQuorum(Shown(items[1]), null, threshold, members));
        return null;
    }

    private string? TakeQuorum(string[] items)
    {
        if (items.Length != 2)
        {
            return "a quorum line is: quorum NAME|none";
        }

        if (_hasQuorum)
        {
            return "a second quorum line; one is expected";
        }

        if (items[1] != None && !_named.TryGetValue(items[1], out _quorum))
        {
            return $"quorum: '{Shown(items[1])}' is defined on no earlier line";
        }

        _hasQuorum = true;
        return null;
    }

    private string? CheckNew(string name)
    {
        if (name == None)
        {
            return $"'{None}' cannot be defined: it stands for no witness at all";
        }

        return _named.ContainsKey(name) ? $"'{Shown(name)}' is defined already" : null;
    }

    private static int? ReadThreshold(string text, int members) => text switch
    {
        "any" => 1,
        "all" => members,
        _ => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int k) && k >= 1 && k <= members && text[0] != '0'
            ? k
            : null,
    };

    private static bool TryUtf8(string octets, out string text)
    {
        try
        {
            text = KeyName.StrictUtf8.GetString(Encoding.Latin1.GetBytes(octets));
            return true;
        }
        catch (DecoderFallbackException)
        {
            text = "";
            return false;
        }
    }

    private static string Shown(string octets) => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(octets.Length <= 300 ? octets : octets[..300]));
}
