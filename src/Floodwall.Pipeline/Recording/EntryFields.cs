using System.Buffers.Binary;

namespace Floodwall.Pipeline;

/// <summary>Lays little-endian fields one behind the other.</summary>
internal ref struct FieldWriter(Span<byte> destination)
{
    private Span<byte> _rest = destination;

    public readonly int Remaining => _rest.Length;

    public void U64(bool present, ulong value)
    {
        if (present)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(_rest, value);
            _rest = _rest[sizeof(ulong)..];
        }
    }

    public void U32(bool present, uint value)
    {
        if (present)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(_rest, value);
            _rest = _rest[sizeof(uint)..];
        }
    }

    public void U128(bool present, UInt128 value)
    {
        if (present)
        {
            BinaryPrimitives.WriteUInt128LittleEndian(_rest, value);
            _rest = _rest[16..];
        }
    }

    public void Bytes(bool present, scoped ReadOnlySpan<byte> value)
    {
        if (present)
        {
            value.CopyTo(_rest);
            _rest = _rest[value.Length..];
        }
    }
}

/// <summary>Takes little-endian fields one behind the other; an absent field has its fallback. The caller has checked the length.</summary>
internal ref struct FieldReader(ReadOnlySpan<byte> source)
{
    private ReadOnlySpan<byte> _rest = source;

    public ulong U64(bool present, ulong fallback)
    {
        if (!present)
        {
            return fallback;
        }

        ulong value = BinaryPrimitives.ReadUInt64LittleEndian(_rest);
        _rest = _rest[sizeof(ulong)..];
        return value;
    }

    public uint U32(bool present, uint fallback)
    {
        if (!present)
        {
            return fallback;
        }

        uint value = BinaryPrimitives.ReadUInt32LittleEndian(_rest);
        _rest = _rest[sizeof(uint)..];
        return value;
    }

    public UInt128 U128(bool present)
    {
        if (!present)
        {
            return UInt128.Zero;
        }

        UInt128 value = BinaryPrimitives.ReadUInt128LittleEndian(_rest);
        _rest = _rest[16..];
        return value;
    }

    public Digest Digest(bool present)
    {
        if (!present)
        {
            return default;
        }

        Digest value = Pipeline.Digest.From(_rest[..Pipeline.Digest.Size]);
        _rest = _rest[Pipeline.Digest.Size..];
        return value;
    }
}
