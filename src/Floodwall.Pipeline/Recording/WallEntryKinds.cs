namespace Floodwall.Pipeline;

/// <summary>
/// The kinds of ledger entries that the wall writes (byte 0 of an entry). Kinds below 0x10 are the ledger's own.
/// </summary>
public static class WallEntryKinds
{
    /// <summary>Defines a symbol before its first use: u32 id, UTF-8 name.</summary>
    public const byte Symbol = 0x10;

    /// <summary>Defines a rule before its first use: u32 id, u16 length of the name, name, template (UTF-8).</summary>
    public const byte Rule = 0x11;

    /// <summary>The settings a wall runs with from here on, see <see cref="SettingsEntry"/>.</summary>
    public const byte Settings = 0x12;

    /// <summary>One decision, see <see cref="DecisionEntry"/>.</summary>
    public const byte Decision = 0x13;

    /// <summary>One refusal at admission, see <see cref="RefusalEntry"/>.</summary>
    public const byte Refusal = 0x14;

    /// <summary>One agent's refusals within one tick, see <see cref="RefusalCountEntry"/>.</summary>
    public const byte RefusalCount = 0x15;

    /// <summary>Part of a snapshot of the wall's state, see <see cref="PartWriter"/>.</summary>
    public const byte Snapshot = 0x16;

    /// <summary>Part of the gate's composition, which holds from here on, see <see cref="GateComposition"/>.</summary>
    public const byte Gate = 0x17;

    /// <summary>The clock, where no other entry states it: u64 tick.</summary>
    public const byte Clock = 0x18;

    /// <summary>Defines an attribute set before its first use, see <see cref="AttributeSetEntry"/>.</summary>
    public const byte AttributeSet = 0x19;

    /// <summary>A fact that the gate knows from here on, see <see cref="FactEntry"/>.</summary>
    public const byte Fact = 0x1A;

    /// <summary>That the gate has other policies, those in the parts just before, see <see cref="GateChangeEntry"/>.</summary>
    public const byte GateChange = 0x1B;

    /// <summary>The notes beside the decision behind it, see <see cref="NoteEntry"/>.</summary>
    public const byte Note = 0x1C;

    /// <summary>
    /// Whether entries of a kind can be pruned without trace, given that a later snapshot stays. Those that tell what was decided,
    /// and the state that later snapshots tell anew, can; all others say what later entries mean, or are of a kind that a newer
    /// version wrote, and stay when their segments go.
    /// </summary>
    public static bool MayBePruned(byte kind) => kind is Decision or Refusal or RefusalCount or Snapshot or Clock or Fact or Note;
}
