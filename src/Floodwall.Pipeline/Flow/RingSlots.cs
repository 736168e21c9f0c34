using System.Runtime.InteropServices;

namespace Floodwall.Pipeline;

/// <summary>What a slot of the ingress ring asks for. Everything that changes the wall's state comes in as one of these.</summary>
internal enum CommandKind : byte
{
    /// <summary>Nothing: the slot was claimed but not used.</summary>
    None = 0,

    /// <summary>Take an intent in.</summary>
    Submit = 1,

    /// <summary>Move the clock.</summary>
    Advance = 2,

    /// <summary>Let everything out of the queue.</summary>
    Drain = 3,

    /// <summary>Sign what is in the ledger.</summary>
    Checkpoint = 4,

    /// <summary>Let out what may leave after a restart.</summary>
    Resume = 5,

    /// <summary>Drain, and write the state down.</summary>
    Close = 6,

    /// <summary>Take a fact in.</summary>
    Fact = 7,

    /// <summary>Judge by other policies, those of the ticket in <see cref="SwapTable"/>.</summary>
    Swap = 8,
}

/// <summary>A slot of the ingress ring: three cache lines. Where fields share bytes, the kind says which one holds.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal struct WallCommand
{
    public const int Size = 192;

    [FieldOffset(0)] public CommandKind Kind;

    /// <summary>Who waits for the intent, 0 for nobody; or which swap.</summary>
    [FieldOffset(4)] public uint Ticket;

    /// <summary>The tick to advance to.</summary>
    [FieldOffset(8)] public ulong Tick;

    [FieldOffset(64)] public Intent Intent;

    [FieldOffset(64)] public Fact Fact;
}

/// <summary>What a slot of the decision ring holds.</summary>
internal enum EventKind : byte
{
    None = 0,

    /// <summary>An admitted intent on its way to the gate.</summary>
    Released = 1,

    /// <summary>An intent with its verdict.</summary>
    Judged = 2,

    /// <summary>An intent that admission turned away.</summary>
    Refused = 3,

    /// <summary>Refusals counted.</summary>
    Counted = 4,

    /// <summary>Sign what is in the ledger.</summary>
    Checkpoint = 5,

    /// <summary>The queue was drained.</summary>
    Drained = 6,

    /// <summary>Write the state down; the intake waits for it.</summary>
    Snapshot = 7,

    /// <summary>A fact on its way to the gate and into the ledger.</summary>
    Fact = 8,

    /// <summary>Other policies on their way to the gate and into the ledger; the ticket is the swap's.</summary>
    Swap = 9,
}

/// <summary>A slot of the decision ring: three cache lines. Where fields share bytes, the kind says which one holds.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal struct WallEvent
{
    public const int Size = 192;

    [FieldOffset(0)] public EventKind Kind;

    /// <summary>Whether there are notes beside a verdict; they stand in <see cref="NoteSlots"/>.</summary>
    [FieldOffset(1)] public bool HasNotes;

    /// <summary>The way of an intent; of anything else, at least its tick.</summary>
    [FieldOffset(8)] public Passing Passing;

    [FieldOffset(40)] public Verdict Verdict;

    [FieldOffset(40)] public Refusal Refusal;

    [FieldOffset(64)] public Intent Intent;

    [FieldOffset(64)] public RefusalCount Count;

    [FieldOffset(64)] public Fact Fact;
}
