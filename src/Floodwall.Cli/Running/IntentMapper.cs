using Floodwall.Cli.Formats;
using Floodwall.Pipeline;

namespace Floodwall.Cli.Running;

/// <summary>Turns changes as read into intents: interns names, numbers what has no id, keeps time where none is stated.</summary>
internal sealed class IntentMapper(SymbolTable symbols)
{
    private ulong _nextId;
    private ulong _tick;

    public Intent Map(ChangeRecord record)
    {
        ulong id = record.Id ?? _nextId;
        _nextId = unchecked(id + 1);

        // What states no time happened with what was read before it.
        _tick = record.SubmittedTick ?? _tick;
        return new Intent
        {
            Id = id,
            Agent = symbols.Intern(record.Agent),
            Resource = symbols.Intern(record.Resource),
            Topic = Intern(record.Topic),
            Environment = Intern(record.Environment),
            Scope = Intern(record.Scope),
            Pool = Intern(record.Pool),
            Identity = Intern(record.Identity),
            Role = Intern(record.Role),
            Action = record.Action,
            Priority = record.Priority,
            BlastRadius = record.BlastRadius,
            Replicas = record.Replicas,
            IdempotencyKey = record.IdempotencyKey ?? UInt128.Zero,
            CostMicros = record.CostMicros,
            SubmittedTick = _tick,
            DeadlineTick = record.DeadlineTick ?? 0,
            FollowsBack = (uint)record.FollowsBack,
            ManifestDigest = record.ManifestDigest is { } digest ? Digest.From(digest) : default,
        };
    }

    private Symbol Intern(string? name) => name is null ? Symbol.None : symbols.Intern(name);
}
