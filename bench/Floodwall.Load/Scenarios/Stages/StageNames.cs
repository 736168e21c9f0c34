namespace Floodwall.Load.Scenarios.Stages;

/// <summary>The stages' names, which are those of their series.</summary>
internal static class StageNames
{
    public const string FloodAlone = "flood (harness)";
    public const string Edge = "edge check";
    public const string RingPass = "ring pass, one thread";
    public const string RingHop = "ring hop, two threads (Balanced)";
    public const string RingHopYielding = "ring hop, two threads (LowLatency)";
    public const string Admit = "admission alone";
    public const string IntakeThrough = "intake, straight through";
    public const string IntakeQueued = "intake, through the queue";
    public const string Lanes = "lanes, in and out";
    public const string Gate = "gate, 3 policies";
    public const string Encode = "decision encoding";
    public const string Bundle = "bundle hashing";
    public const string MixedBundle = "bundle hashing, 5 long entries of 256";
    public const string Append = "ledger append, with hashing";
    public const string Recording = "recording stage";
    public const string Register = "registrar (recording, counters, handler)";
    public const string Kernel = "hash kernel, one block";
    public const string SingleMessage = "Sha256.Hash, 54 bytes";
    public const string Gate100 = "gate, 100 rules";
    public const string IfChain = "three policies as one if chain";
    public const string LibCrypto = "libcrypto's SHA256_Transform, one block";

    /// <summary>The rules of <see cref="Gate100"/>, behind the three seed policies.</summary>
    public const int ManyRules = 100;
}
