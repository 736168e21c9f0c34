using System.Text.Json;

namespace Floodwall.Pipeline;

/// <summary>
/// Defers changes during a freeze until it ends; pagers go through. The worked example of a policy: everything it needs is
/// settled in the constructor, and judging is a few compares.
/// </summary>
public sealed class FreezeWindow : IDescribedPolicy
{
    /// <summary>The rule's name, and the policy's in descriptions.</summary>
    public const string Name = "freeze-window";

    private readonly RuleId _rule;
    private readonly Symbol _environment;
    private readonly ulong _from;
    private readonly ulong _until;

    /// <param name="vocabulary">The wall's names and rules.</param>
    /// <param name="fromTick">The first frozen tick.</param>
    /// <param name="untilTick">The first tick after the freeze.</param>
    /// <param name="environment">The environment that is frozen; null for all.</param>
    /// <exception cref="ArgumentException">The window is empty, or the environment's name cannot be interned.</exception>
    public FreezeWindow(Vocabulary vocabulary, ulong fromTick, ulong untilTick, string? environment = null)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        if (untilTick <= fromTick)
        {
            throw new ArgumentException($"A freeze window ends after it begins; got {fromTick} to {untilTick}.", nameof(untilTick));
        }

        string scope = environment is null ? "" : $",\"environment\":\"{JsonEncodedText.Encode(environment)}\"";
        Description = string.Create(
            System.Globalization.CultureInfo.InvariantCulture, $"{Name} {{\"from\":{fromTick},\"until\":{untilTick}{scope}}}");
        _from = fromTick;
        _until = untilTick;
        _environment = environment is null ? Symbol.None : vocabulary.Symbols.Intern(environment);
        _rule = vocabulary.Rules.Define(
            Name,
            environment is null
                ? "changes are frozen until tick {argument}"
                : "changes to '{environment}' are frozen until tick {argument}");
    }

    /// <inheritdoc/>
    public string Description { get; }

    /// <inheritdoc/>
    public Verdict Judge(in Intent intent, ulong tick)
    {
        bool frozen = tick >= _from && tick < _until
            && (_environment.IsNone || intent.Environment == _environment)
            && intent.Priority < Priority.Pager;

        return frozen ? Verdict.Defer(_rule, _until) : Verdict.Admit;
    }

    internal static FreezeWindow From(Vocabulary vocabulary, JsonElement settings) => new(
        vocabulary,
        settings.GetProperty("from").GetUInt64(),
        settings.GetProperty("until").GetUInt64(),
        settings.TryGetProperty("environment", out JsonElement environment) ? environment.GetString() : null);
}
