using System.Text;
using Floodwall.Crypto.Tests.Support;

namespace Floodwall.Crypto.Tests.Policy;

public sealed class TrustPolicyTests
{
    private static readonly string[] Keys = [.. Enumerable.Range(0, 80).Select(i => new CosignatureSigner(Signer(i)).Key.ToString())];

    private static readonly string Log = Signer(200).VerifierKey.ToString();

    [Fact]
    public void The_example_of_the_specification_reads_as_it_explains()
    {
        TrustPolicy policy = Parse($"""
            # two levels of groups
            log {Log}

            witness X1 {Keys[0]}
            witness X2 {Keys[1]} https://x2.example/witness
            witness X3 {Keys[2]}
            group X-witnesses 2 X1 X2 X3

              witness	Y1 {Keys[3]}
            witness Y2 {Keys[4]}
            witness Y3 {Keys[5]}
            group Y-witnesses any Y1 Y2 Y3

            group X-and-Y all X-witnesses Y-witnesses
            quorum X-and-Y
            """);
        Assert.Equal(Log, Assert.Single(policy.Logs).Key.ToString());
        Assert.Equal("https://x2.example/witness", policy.Witnesses[1].Url);
        Assert.Equal("2 of (2 of (X1, X2, X3), 1 of (Y1, Y2, Y3))", policy.Quorum);
        PolicyWitness[] w = [.. policy.Witnesses];
        Assert.True(policy.IsQuorum([w[0], w[2], w[4]]));
        Assert.True(policy.IsQuorum(w));
        Assert.False(policy.IsQuorum([w[0], w[1], w[2]]));
        Assert.False(policy.IsQuorum([w[0], w[3], w[4], w[5]]));
        Assert.False(policy.IsQuorum([]));
    }

    [Fact]
    public void Random_policies_agree_with_counting_over_every_subset()
    {
        Random random = new(4711);
        for (int run = 0; run < 300; run++)
        {
            int count = random.Next(1, 8);
            StringBuilder text = new();
            List<(string Name, Func<int, bool> Met)> free = [];
            for (int i = 0; i < count; i++)
            {
                int bit = 1 << i;
                text.Append($"witness w{i} {Keys[i]}\n");
                free.Add(($"w{i}", set => (set & bit) != 0));
            }

            for (int group = 0; group < 4; group++)
            {
                (string Name, Func<int, bool> Met)[] members = [.. free.Where(_ => random.Next(2) == 0)];
                if (members.Length == 0)
                {
                    continue;
                }

                int k = random.Next(1, members.Length + 1);
                string word = k == members.Length && random.Next(2) == 0 ? "all" : k == 1 && random.Next(2) == 0 ? "any" : $"{k}";
                text.Append($"group g{group} {word} {string.Join(' ', members.Select(m => m.Name))}\n");
                free.RemoveAll(members.Contains);
                free.Add(($"g{group}", set => members.Count(m => m.Met(set)) >= k));
            }

            (string quorum, Func<int, bool> met) = free[random.Next(free.Count)];
            TrustPolicy policy = Parse($"{text}quorum {quorum}\n");
            for (int set = 0; set < 1 << count; set++)
            {
                Assert.Equal(met(set), policy.IsQuorum(policy.Witnesses.Where((_, i) => (set & (1 << i)) != 0)));
            }
        }
    }

    [Theory]
    [InlineData("", ":1: the policy ends without a quorum")]
    [InlineData("log K\nwitness a W0\n", ":3: the policy ends without a quorum")]
    [InlineData("quorum none\nquorum none\n", ":2: a second quorum")]
    [InlineData("quorum x\n", ":1: quorum: 'x' is defined on no earlier line")]
    [InlineData("quorum a\nwitness a W0\n", ":1: quorum: 'a' is defined on no earlier line")]
    [InlineData("group g all g\nquorum g\n", ":1: group g: 'g' is defined on no earlier line")]
    [InlineData("witness a W0\ngroup g any a h\ngroup h any g\nquorum g\n", ":2: group g: 'h' is defined on no earlier line")]
    [InlineData("witness a W0\ngroup g any a a\nquorum g\n", ":2: group g: 'a' is a member of a group already")]
    [InlineData("witness a W0\ngroup g any a\ngroup h any a\nquorum g\n", ":3: group h: 'a' is a member of a group already")]
    [InlineData("witness a W0\ngroup g any none\nquorum g\n", ":2: group g: 'none' is defined on no earlier line")]
    [InlineData("witness none W0\nquorum none\n", ":1: 'none' cannot be defined")]
    [InlineData("witness a W0\nwitness a W1\nquorum a\n", ":2: 'a' is defined already")]
    [InlineData("witness a W0\ngroup a any a\nquorum a\n", ":2: 'a' is defined already")]
    [InlineData("witness a W0\nwitness b W0\nquorum a\n", ":2: the key of witness b is that of a")]
    [InlineData("log K\nlog K\nquorum none\n", ":2: the key of log")]
    [InlineData("witness a W0\ngroup g 0 a\nquorum g\n", "'0' is no threshold; all, any or a number from 1 to 1")]
    [InlineData("witness a W0\ngroup g 2 a\nquorum g\n", "'2' is no threshold")]
    [InlineData("witness a W0\ngroup g 01 a\nquorum g\n", "'01' is no threshold")]
    [InlineData("witness a W0\ngroup g +1 a\nquorum g\n", "'+1' is no threshold")]
    [InlineData("witness a W0\ngroup g -1 a\nquorum g\n", "'-1' is no threshold")]
    [InlineData("witness a W0\ngroup g all\nquorum g\n", ":2: a group line is")]
    [InlineData("witness a\nquorum none\n", ":1: a witness line is")]
    [InlineData("witness a W0 u v\nquorum none\n", ":1: a witness line is")]
    [InlineData("log\nquorum none\n", ":1: a log line is")]
    [InlineData("quorum\n", ":1: a quorum line is")]
    [InlineData("quorum none none\n", ":1: a quorum line is")]
    [InlineData("log W0\nquorum none\n", ":1: log: key type is 0x04")]
    [InlineData("witness a K\nquorum none\n", ":1: witness a: key type is 0x01")]
    [InlineData("witness a junk\nquorum none\n", ":1: witness a: key text is not")]
    [InlineData("Quorum none\n", ":1: 'Quorum' begins no line")]
    [InlineData("quorum none\r\n", ":1: control character 0x0d")]
    [InlineData("# a comment\n\nquorum no\0ne\n", ":3: control character 0x00")]
    [InlineData("quorum none # trailing\n", ":1: a quorum line is")]
    public void What_is_wrong_is_named_with_file_and_line(string text, string message)
    {
        text = text.Replace("W0", Keys[0], StringComparison.Ordinal).Replace("W1", Keys[1], StringComparison.Ordinal)
            .Replace("K\n", Log + "\n", StringComparison.Ordinal);
        Assert.False(TrustPolicy.TryParse(Encoding.UTF8.GetBytes(text), "trust/policy", out _, out string? error));
        Assert.StartsWith("trust/policy:", error, StringComparison.Ordinal);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => TrustPolicy.Parse(Encoding.UTF8.GetBytes(text), "x"));
    }

    [Fact]
    public void Limits_hold_for_the_file_and_each_kind_of_line()
    {
        Assert.False(TrustPolicy.TryParse(new byte[TrustPolicy.MaxBytes + 1], "p", out _, out string? error));
        Assert.Contains("at most", error, StringComparison.Ordinal);
        string many = string.Concat(Enumerable.Range(0, 65).Select(i => $"witness w{i} {Keys[i]}\n"));
        Assert.False(TrustPolicy.TryParse(Encoding.UTF8.GetBytes(many), "p", out _, out error));
        Assert.StartsWith("p:65: more than 64 witnesses", error, StringComparison.Ordinal);

        // The deepest nesting that the limits allow.
        string chain = $"witness g0 {Keys[0]}\n" + string.Concat(Enumerable.Range(1, 64).Select(i => $"group g{i} any g{i - 1}\n"));
        TrustPolicy deep = Parse(chain + "quorum g64\n");
        Assert.True(deep.IsQuorum(deep.Witnesses));
        Assert.False(deep.IsQuorum([]));
    }

    [Fact]
    public void Names_are_octets_and_comments_may_be_anything_printable()
    {
        byte[] kelvin = [.. Encoding.UTF8.GetBytes($"# ☃\nwitness \u212A {Keys[0]}\nwitness K {Keys[1]}\nwitness "), 0xFF, .. Encoding.UTF8.GetBytes($" {Keys[2]}\ngroup g all \u212A K "), 0xFF, .. "\nquorum g"u8];
        Assert.Equal(3, TrustPolicy.Parse(kelvin, "p").Witnesses.Count);
    }

    [Fact]
    public void A_public_checkpoint_is_judged_as_its_witnesses_signed()
    {
        string parties = $"""
            log {PublicCheckpoint.LogKey}
            witness remora {PublicCheckpoint.Remora}
            witness smartit {PublicCheckpoint.Smartit}
            witness navigli {PublicCheckpoint.Navigli}

            """;
        byte[] note = Encoding.UTF8.GetBytes(PublicCheckpoint.Note);
        PolicyVerdict verdict = Parse(parties + "group g 2 remora smartit navigli\nquorum g\n").Judge(note);
        Assert.Equal(PolicyStatus.Met, verdict.Status);
        Assert.Equal(["remora", "smartit"], verdict.Cosignatures.Select(c => c.Witness.Name));
        Assert.All(verdict.Cosignatures, c => Assert.Equal(PublicCheckpoint.Time, c.Timestamp));
        Assert.Equal(1432088532ul, verdict.Checkpoint!.Size);

        Assert.Equal(PolicyStatus.QuorumNotMet, Parse(parties + "group g all remora smartit navigli\nquorum g\n").Judge(note).Status);
        Assert.Equal(PolicyStatus.Met, Parse(parties + "quorum none\n").Judge(note).Status);
        Assert.Equal(PolicyStatus.NoKnownLog, Parse($"log {Log}\nquorum none\n").Judge(note).Status);
        Assert.Equal(PolicyStatus.NoKnownLog, Parse("quorum none\n").Judge(note).Status);
        Assert.Equal(PolicyStatus.Met, Parse("quorum none\n").Judge(note, [VerifierKey.Parse(PublicCheckpoint.LogKey)]).Status);
        Assert.Equal(PolicyStatus.Malformed, Parse("quorum none\n").Judge("junk"u8).Status);
    }

    [Fact]
    public void Every_flipped_bit_of_a_cosigned_note_rejects_it_or_loses_that_signature()
    {
        string parties = $"log {PublicCheckpoint.LogKey}\nwitness a {PublicCheckpoint.Remora}\nwitness b {PublicCheckpoint.Smartit}\nwitness c {PublicCheckpoint.Stagemole}\n";
        TrustPolicy all = Parse(parties + "group g all a b c\nquorum g\n");
        byte[] note = Encoding.UTF8.GetBytes(PublicCheckpoint.Note);
        int unknownLines = note.AsSpan().IndexOf("— arche2025h1.staging.ct.transparency.dev ui8"u8);
        int firstLine = note.AsSpan().IndexOf("\n\n"u8) + 2;
        int littleGarden = note.AsSpan().IndexOf("— transparency.dev/DEV"u8);
        int smartit = note.AsSpan().IndexOf("— witness1.smartit.nu"u8);
        Assert.True(all.Judge(note).IsMet);
        for (int bit = 0; bit < note.Length * 8; bit++)
        {
            int at = bit / 8;
            byte[] bad = [.. note];
            bad[at] ^= (byte)(1 << (bit % 8));
            PolicyVerdict verdict = all.Judge(bad);

            // Lines of keys that nobody here knows may say anything that is well-formed.
            bool unknown = (at >= firstLine && at < unknownLines) || (at >= littleGarden && at < smartit);
            Assert.True(unknown || !verdict.IsMet, $"bit {bit}");
            Assert.Equal(verdict.IsMet, verdict.Cosignatures.Count == 3);
        }
    }

    [Fact]
    public void A_log_that_signs_under_anothers_origin_is_not_believed()
    {
        using Ed25519Signer signer = Signer(200);
        byte[] text = "other.example/log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"u8.ToArray();
        byte[] signature = new byte[68];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(signature, signer.KeyId);
        signer.Sign(text, signature.AsSpan(4));
        byte[] note = [.. text, .. Encoding.UTF8.GetBytes($"\n— {signer.Name} {Convert.ToBase64String(signature)}\n")];
        Assert.True(SignedNote.Open(note, [signer.VerifierKey]).IsGood);
        Assert.Equal(PolicyStatus.NoKnownLog, Parse($"log {Log}\nquorum none\n").Judge(note).Status);
    }

    [Fact]
    public void Mutated_policies_parse_or_fail_with_a_place()
    {
        byte[] good = Encoding.UTF8.GetBytes($"log {Log}\nwitness a {Keys[0]} u\nwitness b {Keys[1]}\ngroup g 1 a b\nquorum g\n");
        Random random = new(99);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bad = [.. good];
            for (int n = random.Next(1, 4); n > 0; n--)
            {
                bad[random.Next(bad.Length)] = (byte)random.Next(256);
            }

            int length = random.Next(4) == 0 ? random.Next(bad.Length) : bad.Length;
            if (!TrustPolicy.TryParse(bad.AsSpan(0, length), "p", out _, out string? error))
            {
                Assert.Matches("^p:[0-9]+: .", error);
            }
        }
    }

    private static TrustPolicy Parse(string text) => TrustPolicy.Parse(Encoding.UTF8.GetBytes(text), "policy");

    private static Ed25519Signer Signer(int i)
    {
        byte[] seed = new byte[32];
        seed[0] = (byte)i;
        seed[1] = 1;
        return Ed25519Signer.FromSeed($"party.example/{i}", seed);
    }
}
