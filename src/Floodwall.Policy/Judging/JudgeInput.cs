using Floodwall.Pipeline;

namespace Floodwall.Policy;

/// <summary>What is judged: an intent at a tick.</summary>
internal readonly ref struct JudgeInput
{
    /// <summary>The intent.</summary>
    public readonly ref readonly Intent Intent;

    /// <summary>The wall's clock.</summary>
    public readonly ulong Tick;

    public JudgeInput(ref readonly Intent intent, ulong tick)
    {
        Intent = ref intent;
        Tick = tick;
    }
}
