namespace Floodwall.Cli.Demo;

/// <summary>Marsaglia's xorshift generator with 64 bits of state and shifts 13, 7, 17 (Xorshift RNGs, 2003).</summary>
internal struct Xorshift64(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        _state ^= _state << 13;
        _state ^= _state >> 7;
        _state ^= _state << 17;
        return _state;
    }

    /// <summary>The next draw modulo <paramref name="n"/>.</summary>
    public uint Below(uint n) => (uint)(Next() % n);
}
