using System.Globalization;
using System.Text.Json;
using Floodwall.Crypto;
using Floodwall.Ledger;

namespace Floodwall.Cli.Commands;

/// <summary>How the tool reads trust policies and says what they make of a ledger.</summary>
internal static class Policies
{
    /// <summary>Reads a policy file.</summary>
    /// <exception cref="UsageException">It is no policy; the message begins with file and line.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static TrustPolicy Read(string file)
    {
        byte[] bytes = FileLedgerStorage.Instance.ReadSmallFile(Path.GetFullPath(file), TrustPolicy.MaxBytes)
            ?? throw new FileNotFoundException($"{file}: no such policy file", file);
        return TrustPolicy.TryParse(bytes, file, out TrustPolicy? policy, out string? error) ? policy : throw new UsageException(error);
    }

    /// <summary>
    /// The keys that make a checkpoint the ledger's: those of the policy's logs, or the one that the owner's own ledger declares. Its key
    /// entries lead on from there.
    /// </summary>
    public static IReadOnlyList<VerifierKey> LogKeys(LedgerPaths paths, TrustPolicy policy) =>
        policy.Logs.Count > 0 ? [.. policy.Logs.Select(log => log.Key)] : [LedgerReader.Open(paths.Directory).Genesis.Key];

    /// <summary>The exit code for a verdict, where the ledger itself is good.</summary>
    public static int CodeOf(PolicyVerdict verdict) => verdict.Status switch
    {
        PolicyStatus.Met => ExitCodes.Good,
        PolicyStatus.BadSignature or PolicyStatus.Malformed => ExitCodes.IntegrityFailure,
        _ => ExitCodes.NoTrustedKey,
    };

    /// <summary>One line about a verdict.</summary>
    public static string Describe(PolicyVerdict verdict) => verdict.IsMet
        ? string.Create(CultureInfo.InvariantCulture, $"witnessed: {verdict.Checkpoint!.Size:N0} entries, cosigned by {Names(verdict)}")
        : $"NOT WITNESSED: {verdict.Message}";

    /// <summary>The same as a JSON property.</summary>
    public static void WriteJson(Utf8JsonWriter json, PolicyVerdict verdict)
    {
        json.WriteStartObject("policy");
        json.WriteBoolean("met", verdict.IsMet);
        json.WriteString("message", verdict.Message);
        if (verdict.Checkpoint is { } checkpoint)
        {
            json.WriteNumber("witnessed", verdict.IsMet ? checkpoint.Size : 0);
        }

        json.WriteStartArray("cosigned_by");
        foreach (PolicyCosignature cosignature in verdict.Cosignatures)
        {
            json.WriteStartObject();
            json.WriteString("witness", cosignature.Witness.Name);
            json.WriteString("key", cosignature.Witness.Key.ToString());
            json.WriteNumber("time", cosignature.Timestamp);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string Names(PolicyVerdict verdict) => verdict.Cosignatures.Count == 0
        ? "none, as the policy allows"
        : string.Join(", ", verdict.Cosignatures.Select(cosignature => $"{cosignature.Witness.Name} ({Time(cosignature.Timestamp)})"));

    // A witness may state any time; not every one is a date here.
    private static string Time(ulong seconds) => seconds <= 253_402_300_799
        ? DateTimeOffset.FromUnixTimeSeconds((long)seconds).ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)
        : seconds.ToString(CultureInfo.InvariantCulture);
}
