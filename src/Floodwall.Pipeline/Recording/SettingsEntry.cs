using System.Buffers.Binary;

namespace Floodwall.Pipeline;

/// <summary>
/// The settings a wall runs with, so that a replay can feed what was recorded to the same cores: i64 burst, i64 refill (both
/// in millionths of a token), i64 release per tick (-1 for no bound), u32 queue capacity, u32 agents, u8
/// <see cref="RefusalRecording"/>, u32 number of policies. Little-endian.
/// </summary>
/// <param name="BurstUnits">Millionths of a token.</param>
/// <param name="RefillUnits">Millionths of a token per tick.</param>
/// <param name="ReleasePerTick">Null for no bound.</param>
/// <param name="QueueCapacity">Intents.</param>
/// <param name="MaxAgents">Agents.</param>
/// <param name="Refusals">How refusals are recorded.</param>
/// <param name="Policies">How many policies the gate has.</param>
public sealed record SettingsEntry(
    long BurstUnits, long RefillUnits, uint? ReleasePerTick, uint QueueCapacity, uint MaxAgents, RefusalRecording Refusals, uint Policies)
{
    /// <summary>The payload's length.</summary>
    public const int Length = 37;

    /// <summary>What a wall with these settings records.</summary>
    public static SettingsEntry Of(AdmissionSettings settings, RefusalRecording refusals, int policies)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new SettingsEntry(
            settings.BurstUnits,
            settings.RefillUnits,
            settings.ReleasePerTick,
            (uint)settings.QueueCapacity,
            (uint)settings.MaxAgents,
            refusals,
            (uint)policies);
    }

    /// <summary>Writes the payload.</summary>
    public void Write(Span<byte> payload)
    {
        BinaryPrimitives.WriteInt64LittleEndian(payload, BurstUnits);
        BinaryPrimitives.WriteInt64LittleEndian(payload[8..], RefillUnits);
        BinaryPrimitives.WriteInt64LittleEndian(payload[16..], ReleasePerTick ?? -1L);
        BinaryPrimitives.WriteUInt32LittleEndian(payload[24..], QueueCapacity);
        BinaryPrimitives.WriteUInt32LittleEndian(payload[28..], MaxAgents);
        payload[32] = (byte)Refusals;
        BinaryPrimitives.WriteUInt32LittleEndian(payload[33..], Policies);
    }

    /// <summary>Reads a payload back.</summary>
    /// <returns>Null, or what is wrong with the bytes.</returns>
    public static string? Read(ReadOnlySpan<byte> payload, out SettingsEntry? entry)
    {
        entry = null;
        if (payload.Length != Length)
        {
            return $"settings have {payload.Length} bytes, expected {Length}";
        }

        long release = BinaryPrimitives.ReadInt64LittleEndian(payload[16..]);
        if (release is < -1 or > uint.MaxValue || payload[32] > (byte)RefusalRecording.None)
        {
            return $"settings state a release of {release} per tick and refusal recording {payload[32]}";
        }

        const long Most = (long)(AdmissionSettings.MaxTokens * AdmissionSettings.TokenScale);
        long burst = BinaryPrimitives.ReadInt64LittleEndian(payload);
        long refill = BinaryPrimitives.ReadInt64LittleEndian(payload[8..]);
        if (burst is < AdmissionSettings.TokenScale or > Most || refill is < 0 or > Most)
        {
            return $"settings state a burst of {burst} and a refill of {refill} millionths of a token";
        }

        entry = new SettingsEntry(
            burst,
            refill,
            release < 0 ? null : (uint)release,
            BinaryPrimitives.ReadUInt32LittleEndian(payload[24..]),
            BinaryPrimitives.ReadUInt32LittleEndian(payload[28..]),
            (RefusalRecording)payload[32],
            BinaryPrimitives.ReadUInt32LittleEndian(payload[33..]));
        return null;
    }
}
