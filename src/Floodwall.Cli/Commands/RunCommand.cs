using System.CommandLine;
using Floodwall.Cli.Commands.Bundles;
using Floodwall.Cli.Running;
using Floodwall.Pipeline;
using Floodwall.Policy;

namespace Floodwall.Cli.Commands;

/// <summary><c>floodwall run</c>: decides every change in files. This class only reads the command line.</summary>
internal static class RunCommand
{
    private static readonly Argument<string[]> Files = new("FILE")
    {
        Arity = ArgumentArity.ZeroOrMore,
        Description = "What to decide; - is standard input, which is also read when no file is named.",
    };

    private static readonly Option<string[]> Facts = new("--facts")
    {
        HelpName = "FILE",
        Description = "Facts that policies know before the first change, one JSON object a line; may be given several times (docs/intents.md).",
        AllowMultipleArgumentsPerToken = false,
    };

    private static readonly Option<string> Ledger = new("--ledger")
    {
        HelpName = "DIR",
        Required = true,
        Description = "The ledger's folder; made where it is absent, appended to where it is not.",
    };

    private static readonly Option<string?> Key = new("--key")
    {
        HelpName = "FILE",
        Description = "The private key that signs the ledger (see keygen). When absent: the key in the state folder, made at first use.",
    };

    private static readonly Option<string?> Origin = new("--origin")
    {
        HelpName = "NAME",
        Description = "The name of a key made at first use; after the ledger's folder when absent.",
    };

    private static readonly Option<string[]> Allow = new("--allow")
    {
        HelpName = "R,…",
        Description = "Resources that may be touched; all others are deferred. Everything may be when absent.",
        AllowMultipleArgumentsPerToken = false,
    };

    private static readonly Option<string?> Policy = new("--policy")
    {
        HelpName = "FILE|DIR",
        Description = "Judge by this policy bundle (docs/policies.md; also a signed one, with --policy-key) in place of the built-in policies; see policy check and policy test.",
    };

    private static readonly Option<string?> Shadow = new("--shadow")
    {
        HelpName = "FILE|DIR",
        Description = "With --policy: try this bundle beside it. It decides nothing, so it need not be signed; what it would have changed is counted and noted on record.",
    };

    private static readonly Option<string?> Rollback = new("--rollback")
    {
        HelpName = "ADDRESS",
        Description = "Let a gate that judged in this ledger before judge again, all of it and as it was: its address from policy snapshots, or the beginning of it, 6 hexadecimal digits at least. "
            + "Recorded as a swap, unless it is in force already. It asks no signature and no newer revision: you say so.",
    };

    private static readonly Option<string?> RollbackReason = new("--rollback-reason")
    {
        HelpName = "TEXT",
        Description = "Why, for the record: up to 900 bytes.",
    };

    private static readonly Option<bool> WithBuiltIn = new("--with-builtin")
    {
        Description = "With --policy: the built-in policies judge as well, and the harshest verdict counts.",
    };

    private static readonly Option<double?> Burst = CommonOptions.Number<double>(
        "--burst", "Tokens in an agent's bucket. No limit when neither this nor --refill is given.", 1, AdmissionSettings.MaxTokens);

    private static readonly Option<double?> Refill = CommonOptions.Number<double>(
        "--refill", "Tokens that a bucket gains per tick; a tick is what the input says, a millisecond in audit logs. 0 when only --burst is given; with --refill alone a bucket holds one tick's worth.", 0, AdmissionSettings.MaxTokens);

    private static readonly Option<int?> Capacity = CommonOptions.Number<int>(
        "--capacity", "Intents that may wait in the queue (65536); they wait only where --release holds them back.", 1, 1 << 24);

    private static readonly Option<uint?> Release = CommonOptions.Number<uint>(
        "--release", "Intents that leave the queue per tick; no limit when absent, and then nothing waits. What is left at the end is decided then.", 0, uint.MaxValue);

    private static readonly Option<string?> Refusals = CommonOptions.Choice(
        "--record-refusals", "How the ledger holds refusals at admission.", "count", ["count", "each", "none"]);

    private static readonly Option<string?> Decisions = new("--decisions")
    {
        HelpName = "FILE|-",
        Description = "Write one JSON line per intent there, refusals included; with - the summary goes to standard error.",
    };

    private static readonly Option<string?> State = CommonOptions.State();

    private static readonly Option<string?> Recycle = CommonOptions.Recycle(
        "Make new segment files out of the old ones in this folder, where prune --recycle puts them: many disks take the first write to a block far more slowly than later ones.");

    private static readonly Option<bool> MissingHighWater = CommonOptions.AllowMissingHighWater();

    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        Command command = new(
            "run",
            "Decide every change in Terraform plans, Kubernetes audit logs, admission reviews or native intents, and record it.")
        {
            Files, Facts, Ledger, State, Recycle, Key, Origin, Policy, Shadow, WithBuiltIn, Rollback, RollbackReason, Allow, Burst, Refill, Capacity, Release, Refusals, Decisions, MissingHighWater, Json,
        };
        BundleTrustOptions trust = BundleTrustOptions.AddAll(command);
        InputOptions.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(WithBuiltIn) && result.GetValue(Policy) is null)
            {
                result.AddError("--with-builtin belongs to --policy; without it the built-in policies judge anyway.");
            }

            if (result.GetValue(Shadow) is not null && result.GetValue(Policy) is null)
            {
                result.AddError("--shadow belongs to --policy: it tries one bundle beside another.");
            }

            if (trust.IsGiven(result) && result.GetValue(Policy) is null)
            {
                result.AddError("--policy-key, --require-signed and --policy-name belong to --policy: they say which bundles are taken.");
            }

            if (result.GetValue(Rollback) is not null && (result.GetValue(Policy) is not null || result.GetValue(Allow) is { Length: > 0 }))
            {
                result.AddError("--rollback brings back a whole gate as it was; --policy and --allow would say otherwise.");
            }

            if (result.GetValue(RollbackReason) is not null && result.GetValue(Rollback) is null)
            {
                result.AddError("--rollback-reason belongs to --rollback.");
            }
        });
        command.SetAction(parsed =>
        {
            using Interruption interruption = new();
            return WallRun.Execute(
                Read(parsed, trust.Read(parsed)), parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, interruption.Token);
        });
        return command;
    }

    private static RunRequest Read(ParseResult parsed, BundleTrust trust)
    {
        string[] files = parsed.GetValue(Files) ?? [];
        return new RunRequest
        {
            Files = files.Length == 0 ? ["-"] : files,
            Facts = parsed.GetValue(Facts) ?? [],
            Ledger = parsed.GetRequiredValue(Ledger),
            State = parsed.GetValue(State),
            Recycle = parsed.GetValue(Recycle),
            KeyFile = parsed.GetValue(Key),
            Origin = parsed.GetValue(Origin),
            Allowed = parsed.GetValue(Allow) is { Length: > 0 } lists
                ? [.. lists.SelectMany(list => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))]
                : null,
            Policy = parsed.GetValue(Policy),
            Trust = trust,
            Rollback = parsed.GetValue(Rollback),
            RollbackReason = parsed.GetValue(RollbackReason),
            Shadow = parsed.GetValue(Shadow),
            WithBuiltIn = parsed.GetValue(WithBuiltIn),
            Admission = Admission(parsed),
            Refusals = parsed.GetValue(Refusals) switch
            {
                "each" => RefusalRecording.Each,
                "none" => RefusalRecording.None,
                _ => RefusalRecording.CountPerTick,
            },
            Decisions = parsed.GetValue(Decisions),
            AllowMissingHighWater = parsed.GetValue(MissingHighWater),
            Json = parsed.GetValue(Json),
            Input = InputOptions.Read(parsed),
        };
    }

    private static AdmissionSettings Admission(ParseResult parsed)
    {
        double? burst = parsed.GetValue(Burst);
        double? refill = parsed.GetValue(Refill);
        bool limited = burst is not null || refill is not null;
        try
        {
            return new AdmissionSettings(
                burst: burst ?? (limited ? Math.Max(1, refill!.Value) : AdmissionSettings.MaxTokens),
                refillPerTick: refill ?? (limited ? 0 : AdmissionSettings.MaxTokens),
                queueCapacity: parsed.GetValue(Capacity) ?? 65_536,
                releasePerTick: parsed.GetValue(Release));
        }
        catch (ArgumentOutOfRangeException exception)
        {
            throw new UsageException(exception.Message.Split(" (Parameter", 2)[0]);
        }
    }
}
