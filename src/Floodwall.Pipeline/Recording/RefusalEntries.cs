using System.Buffers.Binary;

namespace Floodwall.Pipeline;

/// <summary>What a refusal entry says.</summary>
public record struct RefusalRecord
{
    /// <summary>The wall's clock at the refusal.</summary>
    public ulong Tick;

    /// <summary>The intent's id.</summary>
    public ulong Id;

    /// <summary>Who asked.</summary>
    public Symbol Agent;

    /// <summary>For what.</summary>
    public Symbol Resource;

    /// <summary>Why not.</summary>
    public Refusal Refusal;
}

/// <summary>One refusal as bytes: u8 kind, u64 tick, u64 id, u32 agent, u32 resource, u64 retry-after ticks. Little-endian.</summary>
public static class RefusalEntry
{
    /// <summary>The payload's length.</summary>
    public const int Length = 33;

    /// <summary>Writes the payload.</summary>
    public static void Write(Span<byte> payload, in Intent intent, in Refusal refusal, ulong tick)
    {
        payload[0] = (byte)refusal.Kind;
        BinaryPrimitives.WriteUInt64LittleEndian(payload[1..], tick);
        BinaryPrimitives.WriteUInt64LittleEndian(payload[9..], intent.Id);
        BinaryPrimitives.WriteUInt32LittleEndian(payload[17..], intent.Agent.Id);
        BinaryPrimitives.WriteUInt32LittleEndian(payload[21..], intent.Resource.Id);
        BinaryPrimitives.WriteUInt64LittleEndian(payload[25..], refusal.RetryAfterTicks);
    }

    /// <summary>Reads a payload back.</summary>
    /// <returns>Null, or what is wrong with the bytes.</returns>
    public static string? Read(ReadOnlySpan<byte> payload, out RefusalRecord record)
    {
        record = default;
        if (payload.Length != Length || payload[0] is 0 or > (byte)RefusalKind.Closed)
        {
            return $"a refusal has {payload.Length} bytes, expected {Length} and a kind of 1 to {(byte)RefusalKind.Closed}";
        }

        record = new RefusalRecord
        {
            Tick = BinaryPrimitives.ReadUInt64LittleEndian(payload[1..]),
            Id = BinaryPrimitives.ReadUInt64LittleEndian(payload[9..]),
            Agent = new Symbol(BinaryPrimitives.ReadUInt32LittleEndian(payload[17..])),
            Resource = new Symbol(BinaryPrimitives.ReadUInt32LittleEndian(payload[21..])),
            Refusal = new Refusal(BinaryPrimitives.ReadUInt64LittleEndian(payload[25..]), (RefusalKind)payload[0]),
        };
        return null;
    }
}

/// <summary>
/// One agent's refusals within a tick as bytes: u64 tick, u32 agent, then four u32 counts: duplicate, backpressure,
/// rate-limited, agent table full. Little-endian.
/// </summary>
public static class RefusalCountEntry
{
    /// <summary>The payload's length.</summary>
    public const int Length = 28;

    /// <summary>Writes the payload.</summary>
    public static void Write(Span<byte> payload, in RefusalCount count)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(payload, count.Tick);
        BinaryPrimitives.WriteUInt32LittleEndian(payload[8..], count.Agent.Id);
        BinaryPrimitives.WriteUInt32LittleEndian(payload[12..], count.Duplicate);
        BinaryPrimitives.WriteUInt32LittleEndian(payload[16..], count.Backpressure);
        BinaryPrimitives.WriteUInt32LittleEndian(payload[20..], count.RateLimited);
        BinaryPrimitives.WriteUInt32LittleEndian(payload[24..], count.AgentTableFull);
    }

    /// <summary>Reads a payload back.</summary>
    /// <returns>Null, or what is wrong with the bytes.</returns>
    public static string? Read(ReadOnlySpan<byte> payload, out RefusalCount count)
    {
        count = default;
        if (payload.Length != Length)
        {
            return $"a refusal count has {payload.Length} bytes, expected {Length}";
        }

        count = new RefusalCount
        {
            Tick = BinaryPrimitives.ReadUInt64LittleEndian(payload),
            Agent = new Symbol(BinaryPrimitives.ReadUInt32LittleEndian(payload[8..])),
            Duplicate = BinaryPrimitives.ReadUInt32LittleEndian(payload[12..]),
            Backpressure = BinaryPrimitives.ReadUInt32LittleEndian(payload[16..]),
            RateLimited = BinaryPrimitives.ReadUInt32LittleEndian(payload[20..]),
            AgentTableFull = BinaryPrimitives.ReadUInt32LittleEndian(payload[24..]),
        };
        return null;
    }
}
