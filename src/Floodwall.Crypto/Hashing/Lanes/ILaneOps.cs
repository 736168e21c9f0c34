namespace Floodwall.Crypto;

/// <summary>
/// The vector operations that multi-lane SHA-256 is made of, for one instruction set: each 32-bit element of
/// <typeparamref name="TVector"/> belongs to another message. Names of the functions as in FIPS 180-4 section 4.1.2.
/// </summary>
internal unsafe interface ILaneOps<TVector>
    where TVector : unmanaged
{
    /// <summary>Whether this CPU has the instructions.</summary>
    static abstract bool IsSupported { get; }

    /// <summary>Messages hashed side by side: the elements of a vector.</summary>
    static abstract int Lanes { get; }

    /// <summary>Whether there are registers enough (32) for <see cref="LanePairKernel{TVector, TOps}"/>; with 16 it is slower than two single runs.</summary>
    static abstract bool RunsPairs { get; }

    /// <summary>A vector with <paramref name="value"/> in every lane.</summary>
    static abstract TVector Broadcast(uint value);

    /// <summary>Sum modulo 2^32.</summary>
    static abstract TVector Add(TVector left, TVector right);

    /// <summary>ROTR2 ⊕ ROTR13 ⊕ ROTR22.</summary>
    static abstract TVector BigSigma0(TVector x);

    /// <summary>ROTR6 ⊕ ROTR11 ⊕ ROTR25.</summary>
    static abstract TVector BigSigma1(TVector x);

    /// <summary>ROTR7 ⊕ ROTR18 ⊕ SHR3.</summary>
    static abstract TVector SmallSigma0(TVector x);

    /// <summary>ROTR17 ⊕ ROTR19 ⊕ SHR10.</summary>
    static abstract TVector SmallSigma1(TVector x);

    /// <summary>(x ∧ y) ⊕ (¬x ∧ z).</summary>
    static abstract TVector Ch(TVector x, TVector y, TVector z);

    /// <summary>(x ∧ y) ⊕ (x ∧ z) ⊕ (y ∧ z).</summary>
    static abstract TVector Maj(TVector x, TVector y, TVector z);

    /// <summary>(<paramref name="before"/> « 24) ∨ (<paramref name="x"/> » 8): the words of a message that is moved back by one byte.</summary>
    static abstract TVector ShiftByte(TVector before, TVector x);

    /// <summary>The elements with even numbers of <paramref name="low"/>, then those of <paramref name="high"/>.</summary>
    static abstract TVector Even(TVector low, TVector high);

    /// <summary>The elements with odd numbers of <paramref name="low"/>, then those of <paramref name="high"/>.</summary>
    static abstract TVector Odd(TVector low, TVector high);

    /// <summary>Turns one 64-byte block for each lane, lying one behind the other, into 16 vectors of message words.</summary>
    /// <param name="blocks">Lanes × 64 bytes; may be overwritten.</param>
    /// <param name="words">Receives 16 vectors; not the same memory.</param>
    static virtual void LoadWords(byte* blocks, TVector* words) => LaneTranspose.LoadWords(blocks, (uint*)words, sizeof(TVector) / sizeof(uint));

    /// <summary>Turns 8 vectors of state words into one digest for each lane, lying one behind the other.</summary>
    static virtual void StoreHashes(TVector* state, Hash256* hashes) =>
        LaneTranspose.StoreHashes((uint*)state, (byte*)hashes, sizeof(TVector) / sizeof(uint));
}
