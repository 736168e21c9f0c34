using System.Text;
using Floodwall.Pipeline;

namespace Floodwall.Reliability.Child.Parsers;

/// <summary>The entries that the wall writes.</summary>
internal static class WallParsers
{
    public static IReadOnlyList<ParserCase> All { get; } =
    [
        new("decision-entry", MakeDecision, ParseDecision),
        new("refusal-entry", MakeRefusal, ParseRefusal),
        new("refusal-count-entry", random => Noise(random, RefusalCountEntry.Length), ParseRefusalCount),
        new("settings-entry", MakeSettings, ParseSettings),
        new("symbol-entry", MakeSymbol, ParseSymbol),
        new("rule-entry", MakeRule, ParseRule),
        new("attribute-set-entry", MakeAttributes, ParseAttributes),
        new("fact-entry", MakeFact, ParseFact),
        new("gate-change-entry", MakeGateChange, ParseGateChange),
        new("note-entry", MakeNote, ParseNote),
    ];

    private static byte[] Noise(Random random, int length)
    {
        byte[] noise = new byte[length];
        random.NextBytes(noise);
        return noise;
    }

    private static byte[] MakeDecision(Random random)
    {
        Intent intent = new()
        {
            Id = (ulong)random.NextInt64(),
            Agent = new Symbol((uint)random.Next(1, 50)),
            Resource = new Symbol((uint)random.Next(1, 50)),
            Action = (IntentAction)random.Next(3),
            Priority = (Priority)random.Next(4),
            BlastRadius = (BlastRadius)random.Next(4),
            Replicas = random.Next(3) == 0 ? (uint)random.Next() : 3,
            CostMicros = random.Next(3) == 0 ? random.NextInt64() : 7,
            SubmittedTick = (ulong)random.Next(1000),
            DeadlineTick = random.Next(3) == 0 ? 5000UL : 0,
            Attributes = random.Next(3) == 0 ? (uint)random.Next() : 0,
            FollowsBack = random.Next(4) == 0 ? 3u : 0,
        };
        if (random.Next(3) == 0)
        {
            intent.IdempotencyKey = (UInt128)random.NextInt64();
            intent.Scope = new Symbol(4);
            random.NextBytes(intent.ManifestDigest);
        }

        RuleId rule = new((uint)random.Next(1, 9));
        byte detail = (byte)random.Next(256);
        Verdict verdict = random.Next(6) switch
        {
            0 => Verdict.Admit,
            1 => Verdict.Shape((ulong)random.Next(100), rule, detail),
            2 => Verdict.Defer(rule, (ulong)random.NextInt64(), detail),
            3 => Verdict.RequireApproval(rule, detail),
            4 => Verdict.Switch(new Symbol(6), rule, detail),
            _ => Verdict.Reject(rule, detail),
        };
        ulong admitted = random.Next(4) == 0 ? (ulong)random.NextInt64() : intent.SubmittedTick;
        ulong decided = admitted + (ulong)random.Next(200_000);
        uint? left = random.Next(8) == 0 ? (uint)random.Next() : null;
        byte[] payload = new byte[DecisionEntry.LengthOf(intent, verdict, admitted, decided, left)];
        DecisionEntry.Write(payload, intent, verdict, admitted, decided, (Passage)random.Next(4), left);
        return payload;
    }

    private static bool ParseDecision(byte[] input, out string? wrong)
    {
        wrong = null;
        if (DecisionEntry.Read(input, out DecisionRecord record) is not null)
        {
            return false;
        }

        // Fields written wide without need read the same as narrow ones, so it is the record that must come back.
        byte[] again = new byte[DecisionEntry.LengthOf(record.Intent, record.Verdict, record.AdmittedTick, record.DecidedTick, record.ReleasesLeft)];
        DecisionEntry.Write(again, record.Intent, record.Verdict, record.AdmittedTick, record.DecidedTick, record.Passage, record.ReleasesLeft);
        string? refused = DecisionEntry.Read(again, out DecisionRecord second);
        wrong = refused ?? (record == second ? null : "encoded again it reads otherwise");
        wrong ??= again.Length > input.Length ? "encoded again it is longer" : null;
        return true;
    }

    private static byte[] MakeRefusal(Random random)
    {
        byte[] payload = Noise(random, RefusalEntry.Length);
        payload[0] = (byte)random.Next(1, (int)RefusalKind.Closed + 1);
        return payload;
    }

    private static bool ParseRefusal(byte[] input, out string? wrong)
    {
        wrong = null;
        if (RefusalEntry.Read(input, out RefusalRecord record) is not null)
        {
            return false;
        }

        byte[] again = new byte[RefusalEntry.Length];
        Intent intent = new() { Id = record.Id, Agent = record.Agent, Resource = record.Resource };
        RefusalEntry.Write(again, intent, record.Refusal, record.Tick);
        wrong = ParserCases.Differs(input, again);
        return true;
    }

    private static bool ParseRefusalCount(byte[] input, out string? wrong)
    {
        wrong = null;
        if (RefusalCountEntry.Read(input, out RefusalCount count) is not null)
        {
            return false;
        }

        byte[] again = new byte[RefusalCountEntry.Length];
        RefusalCountEntry.Write(again, count);
        wrong = ParserCases.Differs(input, again);
        return true;
    }

    private const long MostUnits = (long)(AdmissionSettings.MaxTokens * AdmissionSettings.TokenScale);

    private static byte[] MakeSettings(Random random)
    {
        byte[] payload = new byte[SettingsEntry.Length];
        new SettingsEntry(
            random.NextInt64(AdmissionSettings.TokenScale, MostUnits + 1),
            random.NextInt64(MostUnits + 1),
            random.Next(2) == 0 ? null : (uint)random.Next(),
            (uint)random.Next(),
            (uint)random.Next(),
            (RefusalRecording)random.Next((int)RefusalRecording.None + 1),
            (uint)random.Next()).Write(payload);
        return payload;
    }

    private static bool ParseSettings(byte[] input, out string? wrong)
    {
        wrong = null;
        if (SettingsEntry.Read(input, out SettingsEntry? entry) is not null)
        {
            return false;
        }

        byte[] again = new byte[SettingsEntry.Length];
        entry!.Write(again);
        wrong = ParserCases.Differs(input, again);
        return true;
    }

    private static byte[] MakeSymbol(Random random)
    {
        string name = "agent-\u00e9\u4e16" + random.Next();
        byte[] payload = new byte[SymbolEntry.LengthOf(name)];
        SymbolEntry.Write(payload, new Symbol((uint)random.Next(1, 100)), name);
        return payload;
    }

    private static bool ParseSymbol(byte[] input, out string? wrong)
    {
        wrong = null;
        if (SymbolEntry.Read(input, out Symbol symbol, out string name) is not null)
        {
            return false;
        }

        byte[] again = new byte[SymbolEntry.LengthOf(name)];
        SymbolEntry.Write(again, symbol, name);
        wrong = ParserCases.Differs(input, again);
        return true;
    }

    // A string, a number and a list under names 1 to 3 and a truth value under 9.
    private static byte[] MakeAttributes(Random random) =>
    [
        (byte)random.Next(1, 200), 0, 0, 0, 4,
        1, 0, 0, 0, 1, (byte)random.Next(256), 0, 0, 0,
        2, 0, 0, 0, 3, .. BitConverter.GetBytes(random.NextDouble() + 1),
        3, 0, 0, 0, 5, 2, 0, .. Noise(random, 8),
        9, 0, 0, 0, 4, (byte)random.Next(2),
    ];

    private static bool ParseAttributes(byte[] input, out string? wrong)
    {
        wrong = null;
        if (AttributeSetEntry.Read(input, out AttributeSet set) is not null)
        {
            return false;
        }

        byte[] again = new byte[AttributeSetEntry.LengthOf(set)];
        AttributeSetEntry.Write(again, set);
        wrong = ParserCases.Differs(input, again);
        return true;
    }

    private static byte[] MakeFact(Random random)
    {
        Symbol name = new((uint)random.Next(1, 50));
        FactValue value = random.Next(4) switch
        {
            0 => FactValue.Of(random.NextInt64()),
            1 => FactValue.Of(random.NextDouble()),
            2 => FactValue.Of(random.Next(2) == 0),
            _ => FactValue.Of(name),
        };
        byte[] payload = new byte[FactEntry.Length];
        FactEntry.Write(payload, new Fact((FactKind)random.Next(1, 9), new Symbol((uint)random.Next(50)), name, value, (ulong)random.NextInt64()));
        return payload;
    }

    private static bool ParseFact(byte[] input, out string? wrong)
    {
        wrong = null;
        if (FactEntry.Read(input, out Fact fact) is not null)
        {
            return false;
        }

        byte[] again = new byte[FactEntry.Length];
        FactEntry.Write(again, fact);
        wrong = ParserCases.Differs(input, again);
        return true;
    }

    private static byte[] MakeGateChange(Random random) => [.. Noise(random, 40), .. Encoding.UTF8.GetBytes($"because \u00e9 {random.Next()}")];

    private static bool ParseGateChange(byte[] input, out string? wrong)
    {
        wrong = null;
        if (GateChangeEntry.Read(input, out ulong tick, out Floodwall.Crypto.Hash256 address, out string reason) is not null)
        {
            return false;
        }

        byte[] again = new byte[GateChangeEntry.LengthOf(reason)];
        GateChangeEntry.Write(again, tick, address, reason);
        wrong = ParserCases.Differs(input, again);
        return true;
    }

    private static byte[] MakeNote(Random random)
    {
        int kinds = random.Next(1, 16);
        return
        [
            .. Enumerable.Range(1, 4).Where(kind => (kinds >> (kind - 1) & 1) != 0)
                .SelectMany(kind => (byte[])[(byte)kind, (byte)random.Next(1, 6), .. Noise(random, 4), .. kind == 1 ? Noise(random, 4) : []]),
        ];
    }

    private static bool ParseNote(byte[] input, out string? wrong)
    {
        wrong = null;
        if (NoteEntry.Read(input, out GateNoteSet notes) is not null)
        {
            return false;
        }

        byte[] again = new byte[NoteEntry.LengthOf(in notes)];
        NoteEntry.Write(again, in notes);
        wrong = ParserCases.Differs(input, again);
        return true;
    }

    private static byte[] MakeRule(Random random)
    {
        byte[] name = Encoding.UTF8.GetBytes($"rule-{random.Next()}");
        byte[] template = Encoding.UTF8.GetBytes("no {action} of {resource} \u2014 ever");
        uint id = (uint)random.Next(1, 20);
        return [(byte)id, 0, 0, 0, (byte)name.Length, 0, .. name, .. template];
    }

    private static bool ParseRule(byte[] input, out string? wrong)
    {
        wrong = null;
        if (RuleEntry.Read(input, out Rule rule) is not null)
        {
            return false;
        }

        byte[] again = new byte[RuleEntry.LengthOf(rule)];
        RuleEntry.Write(again, rule);
        wrong = ParserCases.Differs(input, again);
        return true;
    }
}
