using System.Buffers.Binary;
using System.Text;

namespace Floodwall.Pipeline;

/// <summary>Where encoded state goes.</summary>
internal interface IStateOutput
{
    void Write(scoped ReadOnlySpan<byte> bytes);
}

/// <summary>
/// The canonical bytes of a wall's state; their SHA-256 is the state's digest. Little-endian:
/// <code>
/// u8   version (3)
/// 37   settings, as the settings entry holds them
/// u64  clock      u32  releases left in its tick (0 without a bound)
/// u64  × 6 decisions by verdict      u64 × 4 recorded refusals: duplicate, backpressure, rate-limited, agent table full
/// u32  length of the gate's composition, and its bytes
/// u32  number of rules;   each: u16 length, rule entry       (ascending ids)
/// u32  number of symbols; each: u16 length, symbol entry     (ascending ids)
/// u32  number of attribute sets; each: u16 length, attribute set entry       (ascending handles)
/// u32  number of agents;  each: u32 symbol, i64 tokens (millionths), u64 tick of the latest admission   (ascending)
/// u32  number of waiting intents; each: u16 length, decision entry with its tick of admission, verdict Admit
///      (in the order in which they would leave)
/// u32  number of facts; each: fact entry                     (by kind, subject, name)
/// u64  × 4 notes beside decisions: exempted, shadow, audit, candidate
/// u32  number of exemptions ever used; each: u32 rule, u64 uses               (ascending)
/// </code>
/// </summary>
internal static class StateEncoder
{
    public const byte Version = 3;

    public static void Encode<TOutput>(IPlaneState state, ref TOutput output)
        where TOutput : struct, IStateOutput
    {
        EncodeScalars(state, ref output);
        EncodeVocabulary(state, ref output);
        EncodeAgents(state, ref output);
        EncodeQueue(state, ref output);
        EncodeFacts(state, ref output);
        EncodeNotes(state, ref output);
    }

    private static void EncodeScalars<TOutput>(IPlaneState state, ref TOutput output)
        where TOutput : struct, IStateOutput
    {
        Span<byte> head = stackalloc byte[1 + SettingsEntry.Length];
        head[0] = Version;
        state.Settings.Write(head[1..]);
        output.Write(head);
        U64(state.Clock, ref output);
        U32(state.ReleasesLeft, ref output);
        foreach (ulong count in state.Verdicts)
        {
            U64(count, ref output);
        }

        foreach (ulong count in state.Refusals)
        {
            U64(count, ref output);
        }

        U32((uint)state.Gate.Length, ref output);
        output.Write(state.Gate);
    }

    private static void EncodeVocabulary<TOutput>(IPlaneState state, ref TOutput output)
        where TOutput : struct, IStateOutput
    {
        Span<byte> buffer = stackalloc byte[2 + AttributeSet.MaxBytes];
        U32(state.RuleCount, ref output);
        for (uint id = 0; state.NextRule(ref id, out Rule? rule);)
        {
            int length = RuleEntry.LengthOf(rule);
            RuleEntry.Write(buffer.Slice(2, length), rule);
            Prefixed(buffer, length, ref output);
        }

        U32(state.SymbolCount, ref output);
        for (uint id = 0; state.NextSymbol(ref id, out string name);)
        {
            int length = 4 + Encoding.UTF8.GetBytes(name, buffer[6..]);
            BinaryPrimitives.WriteUInt32LittleEndian(buffer[2..], id);
            Prefixed(buffer, length, ref output);
        }

        U32(state.AttributesCount, ref output);
        for (uint handle = 0; state.NextAttributes(ref handle, out AttributeSet? set);)
        {
            int length = AttributeSetEntry.LengthOf(set);
            AttributeSetEntry.Write(buffer[2..], set);
            Prefixed(buffer, length, ref output);
        }
    }

    private static void EncodeAgents<TOutput>(IPlaneState state, ref TOutput output)
        where TOutput : struct, IStateOutput
    {
        Span<byte> entry = stackalloc byte[20];
        U32(state.AgentCount, ref output);
        for (uint agent = 0; state.NextAgent(ref agent, out TokenBucket bucket);)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(entry, agent);
            BinaryPrimitives.WriteInt64LittleEndian(entry[4..], bucket.Tokens);
            BinaryPrimitives.WriteUInt64LittleEndian(entry[12..], bucket.Last);
            output.Write(entry);
        }
    }

    private static void EncodeQueue<TOutput>(IPlaneState state, ref TOutput output)
        where TOutput : struct, IStateOutput
    {
        Span<byte> buffer = stackalloc byte[2 + DecisionEntry.MaxLength];
        U32(state.QueuedCount, ref output);
        for (int place = -1; state.NextQueued(ref place, out Intent intent, out ulong admitted);)
        {
            int length = DecisionEntry.LengthOf(in intent, Verdict.Admit, admitted, admitted);
            buffer[..(2 + length)].Clear();
            DecisionEntry.Write(buffer.Slice(2, length), in intent, Verdict.Admit, admitted, admitted);
            Prefixed(buffer, length, ref output);
        }
    }

    private static void EncodeFacts<TOutput>(IPlaneState state, ref TOutput output)
        where TOutput : struct, IStateOutput
    {
        Span<byte> entry = stackalloc byte[FactEntry.Length];
        U32((uint)state.Facts.Count, ref output);
        for (int place = -1; state.Facts.Next(ref place, out Fact fact);)
        {
            FactEntry.Write(entry, in fact);
            output.Write(entry);
        }
    }

    private static void EncodeNotes<TOutput>(IPlaneState state, ref TOutput output)
        where TOutput : struct, IStateOutput
    {
        foreach (ulong count in state.Notes)
        {
            U64(count, ref output);
        }

        U32((uint)state.Uses.Count, ref output);
        for (uint rule = 0; state.Uses.Next(ref rule, out ulong uses);)
        {
            U32(rule, ref output);
            U64(uses, ref output);
        }
    }

    private static void Prefixed<TOutput>(Span<byte> buffer, int length, ref TOutput output)
        where TOutput : struct, IStateOutput
    {
        BinaryPrimitives.WriteUInt16LittleEndian(buffer, (ushort)length);
        output.Write(buffer[..(2 + length)]);
    }

    private static void U64<TOutput>(ulong value, ref TOutput output)
        where TOutput : struct, IStateOutput
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        output.Write(bytes);
    }

    private static void U32<TOutput>(uint value, ref TOutput output)
        where TOutput : struct, IStateOutput
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        output.Write(bytes);
    }
}
