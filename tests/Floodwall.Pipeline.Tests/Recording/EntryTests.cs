namespace Floodwall.Pipeline.Tests.Recording;

public sealed class EntryTests
{
    [Fact]
    public void The_common_decision_is_one_hash_block()
    {
        Intent intent = new()
        {
            Id = ulong.MaxValue,
            Agent = new Symbol(1 << 20),
            Resource = new Symbol(2),
            Topic = new Symbol(3),
            Environment = new Symbol(4),
            Action = IntentAction.Scale,
            Replicas = 65_535,
            Priority = Priority.Pager,
            BlastRadius = BlastRadius.Global,
            CostMicros = uint.MaxValue,
            SubmittedTick = (1UL << 48) - 1,
        };
        Verdict verdict = Verdict.Reject(new RuleId(7), 2);
        int length = DecisionEntry.LengthOf(in intent, in verdict, intent.SubmittedTick, intent.SubmittedTick + 65_535);

        // 7 bytes of entry header; a leaf of 1 + 54 bytes and its padding fill one 64-byte block.
        Assert.Equal(54, 7 + length);
    }

    [Fact]
    public void Decisions_come_back_as_they_were_written()
    {
        Random random = new(3);
        for (int run = 0; run < 20_000; run++)
        {
            DecisionRecord record = AnyRecord(random);
            byte[] payload = Encode(record);
            Assert.InRange(payload.Length, DecisionEntry.CoreLength, DecisionEntry.MaxLength);
            Assert.Null(DecisionEntry.Read(payload, out DecisionRecord read));
            Assert.Equal(Bytes(record), Bytes(read));
            Assert.Equal(payload, Encode(read));
        }
    }

    [Fact]
    public void No_bytes_crash_the_readers_and_what_they_accept_means_the_same_again()
    {
        Random random = new(4);
        for (int run = 0; run < 50_000; run++)
        {
            byte[] payload = run % 2 == 0 ? Encode(AnyRecord(random)) : new byte[random.Next(200)];
            if (run % 2 == 1)
            {
                random.NextBytes(payload);
            }
            else
            {
                payload[random.Next(payload.Length)] ^= (byte)(1 << random.Next(8));
                payload = payload[..random.Next(payload.Length / 2, payload.Length + 1)];
            }

            if (DecisionEntry.Read(payload, out DecisionRecord record) is null)
            {
                Assert.Null(DecisionEntry.Read(Encode(record), out DecisionRecord again));
                Assert.Equal(Bytes(record), Bytes(again));
            }

            _ = SymbolEntry.Read(payload, out _, out _);
            _ = RuleEntry.Read(payload, out _);
            _ = RefusalEntry.Read(payload, out _);
            _ = RefusalCountEntry.Read(payload, out _);
            _ = SettingsEntry.Read(payload, out _);
        }
    }

    [Fact]
    public void The_other_entries_come_back()
    {
        byte[] symbol = new byte[SymbolEntry.LengthOf("größe")];
        SymbolEntry.Write(symbol, new Symbol(9), "größe");
        Assert.Null(SymbolEntry.Read(symbol, out Symbol id, out string name));
        Assert.Equal((new Symbol(9), "größe"), (id, name));
        symbol[^1] = 0xFF;
        Assert.NotNull(SymbolEntry.Read(symbol, out _, out _));

        Rule rule = new(new RuleId(5), "rule-ü", "because {blast}");
        byte[] ruleBytes = new byte[RuleEntry.LengthOf(rule)];
        RuleEntry.Write(ruleBytes, rule);
        Assert.Null(RuleEntry.Read(ruleBytes, out Rule ruleBack));
        Assert.Equal(rule, ruleBack);

        Refusal refusal = new(12, RefusalKind.RateLimited);
        byte[] refusalBytes = new byte[RefusalEntry.Length];
        RefusalEntry.Write(refusalBytes, new Intent { Id = 3, Agent = new Symbol(1), Resource = new Symbol(2) }, refusal, 77);
        Assert.Null(RefusalEntry.Read(refusalBytes, out RefusalRecord refused));
        Assert.Equal(new RefusalRecord { Tick = 77, Id = 3, Agent = new Symbol(1), Resource = new Symbol(2), Refusal = refusal }, refused);

        RefusalCount count = new() { Tick = 1, Agent = new Symbol(2), Duplicate = 3, Backpressure = 4, RateLimited = 5, AgentTableFull = 6 };
        byte[] countBytes = new byte[RefusalCountEntry.Length];
        RefusalCountEntry.Write(countBytes, in count);
        Assert.Null(RefusalCountEntry.Read(countBytes, out RefusalCount countBack));
        Assert.Equal(count, countBack);

        foreach (uint? release in new uint?[] { null, 0, uint.MaxValue })
        {
            SettingsEntry settings = SettingsEntry.Of(new AdmissionSettings(2.5, 0.25, 10, release, 11), RefusalRecording.Each, 3);
            byte[] settingsBytes = new byte[SettingsEntry.Length];
            settings.Write(settingsBytes);
            Assert.Null(SettingsEntry.Read(settingsBytes, out SettingsEntry? settingsBack));
            Assert.Equal(settings, settingsBack);
        }
    }

    private static byte[] Encode(in DecisionRecord record)
    {
        byte[] payload = new byte[DecisionEntry.LengthOf(record.Intent, record.Verdict, record.AdmittedTick, record.DecidedTick, record.ReleasesLeft)];
        DecisionEntry.Write(
            payload, record.Intent, record.Verdict, record.AdmittedTick, record.DecidedTick, record.Passage, record.ReleasesLeft);
        return payload;
    }

    private static string Bytes(DecisionRecord record) =>
        Convert.ToHexString(System.Runtime.InteropServices.MemoryMarshal.AsBytes(new ReadOnlySpan<Intent>(in record.Intent)))
        + $" {record.Verdict} {record.AdmittedTick} {record.DecidedTick} {record.Passage} {record.ReleasesLeft}";

    private static DecisionRecord AnyRecord(Random random)
    {
        ulong U64() => random.Next(3) == 0 ? 0 : (ulong)random.NextInt64() >> random.Next(60);
        uint U32() => random.Next(3) == 0 ? 0 : (uint)random.NextInt64() >> random.Next(30);
        Intent intent = new()
        {
            Id = U64(),
            Agent = new Symbol(U32()),
            Resource = new Symbol(U32()),
            Topic = new Symbol(U32()),
            Environment = new Symbol(U32()),
            Scope = new Symbol(U32()),
            Pool = new Symbol(U32()),
            Identity = new Symbol(U32()),
            Role = new Symbol(U32()),
            Action = (IntentAction)random.Next(3),
            Priority = (Priority)random.Next(4),
            BlastRadius = (BlastRadius)random.Next(4),
            Replicas = U32(),
            IdempotencyKey = new UInt128(U64(), U64()),
            CostMicros = (long)U64(),
            SubmittedTick = U64() << random.Next(2),
            DeadlineTick = U64(),
            Attributes = U32(),
            FollowsBack = U32(),
        };
        if (random.Next(2) == 0)
        {
            random.NextBytes(intent.ManifestDigest);
        }

        ulong admitted = random.Next(2) == 0 ? intent.SubmittedTick : U64();
        ulong delay = U64() >> random.Next(64);
        return new DecisionRecord
        {
            Intent = intent,
            Verdict = random.Next(3) switch
            {
                0 => Verdict.Admit,
                1 => Verdict.Defer(new RuleId(U32()), U64(), (byte)random.Next(256)),
                _ => Verdict.Reject(new RuleId(U32()), (byte)random.Next(256)),
            },
            AdmittedTick = admitted,
            Passage = (Passage)random.Next(4),
            ReleasesLeft = random.Next(3) == 0 ? U32() : null,
            DecidedTick = admitted + Math.Min(delay, ulong.MaxValue - admitted),
        };
    }
}
