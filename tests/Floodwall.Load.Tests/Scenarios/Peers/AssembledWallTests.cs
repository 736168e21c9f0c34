using Floodwall.Load.Flood;
using Floodwall.Load.Measuring;
using Floodwall.Load.Scenarios.EndToEnd;
using Floodwall.Load.Scenarios.Peers.Assembly;
using Floodwall.Load.Scenarios.Peers.EndToEnd;
using Floodwall.Pipeline;

namespace Floodwall.Load.Tests.Scenarios.Peers;

public sealed class AssembledWallTests : IDisposable
{
    private const int Intents = 40_000;

    private static readonly FloodShape Flood = new(100) { Refuses = false };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("floodwall-peers-test-");

    [Theory]
    [InlineData(false, 256)]
    [InlineData(true, 256)]
    [InlineData(false, 1)]
    [InlineData(false, 4096)]
    public void It_tells_and_logs_what_the_wall_tells(bool isLean, int batch)
    {
        AnswerTally expected = new();
        using (Wall wall = Wall.Open(Flood.Wall(null, expected)))
        {
            IntentStream stream = new(Flood, Flood.Intern(wall.Vocabulary));
            for (int i = 0; i < Intents; i++)
            {
                wall.Submit(in stream.Next());
            }
        }

        AnswerTally told = new();
        string path = Path.Combine(_folder.FullName, "log");
        using (AssembledWall wall = new(Flood, path, told, isLean, tuning: new AssembledTuning(batch, 64 * 1024)))
        {
            Submit(wall, Intents);
            wall.Close();
        }

        FloodAnswer answer = expected.Answer;
        Assert.Equal(Intents, answer.Decided);
        Assert.True(answer.Admitted.Count > 0 && answer.Deferred.Count > 0 && answer.Rejected.Count > 0 && answer.Refused.Count == 0);
        Assert.Equal(answer, told.Answer);
        Assert.Equal(answer, FloodAnswer.OfLog(path));
    }

    [Fact]
    public void Its_policies_say_what_the_gate_says()
    {
        Vocabulary vocabulary = Flood.NewVocabulary();
        GateStage gate = new(Flood.Policies(vocabulary), vocabulary.Rules);
        AssembledPolicy[] policies = AssembledPolicies.Of(Flood, vocabulary);
        IntentStream stream = new(Flood, Flood.Intern(vocabulary));
        for (int i = 0; i < IntentStream.Window; i++)
        {
            ref readonly Intent intent = ref stream.Next();
            Assert.Equal(gate.Judge(in intent, 1), AssembledPolicies.Judge(policies, in intent));
        }
    }

    [Fact]
    public void An_agent_without_tokens_is_refused_and_told_so()
    {
        AnswerTally told = new();
        string path = Path.Combine(_folder.FullName, "log");
        FloodShape one = new(1) { Refuses = false };
        using (AssembledWall wall = new(one, path, told, tokens: 5))
        {
            IntentStream stream = new(one, one.Intern(wall.Vocabulary));
            for (int i = 0; i < 8; i++)
            {
                wall.Submit(in stream.Next());
            }

            wall.Close();
        }

        Assert.Equal((5L, 3L), (told.Answer.Decided, told.Answer.Refused.Count));
        Assert.Equal(5 + 6 + 7ul, told.Answer.Refused.Ids);
        Assert.Equal(5, FloodAnswer.OfLog(path).Decided);
    }

    [Fact]
    public void A_flood_that_refuses_nobody_keeps_no_bucket_short()
    {
        AnswerTally told = new();
        FloodShape hot = new(10) { Refuses = false };
        using Wall wall = Wall.Open(hot.Wall(null, told));
        Symbol agent = hot.Intern(wall.Vocabulary).Agents[0];
        IntentStream stream = new(hot, hot.Intern(wall.Vocabulary));
        for (int i = 0; i < 10_000; i++)
        {
            Intent intent = stream.Next();
            intent.Agent = agent;
            intent.SubmittedTick = 1;
            wall.Submit(in intent);
        }

        Assert.Equal((10_000L, 0L), (told.Answer.Decided, told.Answer.Refused.Count));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(40)]
    [InlineData(-1)]
    public void A_changed_byte_anywhere_in_the_log_is_noticed(int at)
    {
        string path = Logged(300);
        byte[] bytes = File.ReadAllBytes(path);
        bytes[at < 0 ? bytes.Length + at : at] ^= 1;
        File.WriteAllBytes(path, bytes);
        Assert.Throws<WrongAnswerException>(() => HashChainProof.Read(path, _ => { }));
    }

    [Fact]
    public void A_record_missing_at_the_end_is_noticed()
    {
        string path = Logged(300);
        byte[] bytes = File.ReadAllBytes(path);
        const int Record = 2 + HashChainLog.HeaderBytes + DecisionEntry.CoreLength;
        foreach (int cut in (int[])[1, Record - 1, Record, Record + 1])
        {
            File.WriteAllBytes(path, bytes[..^cut]);
            Assert.Throws<WrongAnswerException>(() => HashChainProof.Read(path, _ => { }));
        }
    }

    [Fact]
    public void Other_answers_to_the_same_flood_are_wrong()
    {
        using LedgerShelf shelf = new(_folder.FullName);
        PeerFloods floods = new(Flood, shelf, Topology.Direct);
        foreach (Candidate candidate in floods.Candidates(1000, 2000, leastCheckpoints: 0))
        {
            Assert.Equal(2000, Assert.Single(candidate.Run()).Operations);
        }

        OutcomeSum none = default;
        Assert.Throws<WrongAnswerException>(() => floods.RequireSame("somebody", 3000, new FloodAnswer(new OutcomeSum(3000, 1), none, none, none)));
        Assert.Throws<WrongAnswerException>(() => floods.RequireSame("somebody", 1, new FloodAnswer(none, none, none, new OutcomeSum(1, 0))));
    }

    [Fact]
    public void A_run_in_which_a_wall_signs_too_little_is_wrong_and_one_without_a_signature_to_make_is_not()
    {
        using LedgerShelf shelf = new(_folder.FullName);
        PeerFloods floods = new(Flood, shelf, Topology.Direct);
        Reading wall = floods.Run(PeerFloods.Synchronous, 1000, 2000);
        Assert.Equal(0, wall.Figures![SigningLog.Checkpoints]);
        Assert.Throws<WrongAnswerException>(() => PeerFloods.RequireSigned(wall, 1));
        Reading peer = floods.Run(PeerFloods.Assembled, 1000, 2000);
        Assert.Same(peer, PeerFloods.RequireSigned(peer, 1));
    }

    [Fact]
    public void A_run_is_long_enough_for_whoever_signs_by_entries_alone()
    {
        using LedgerShelf shelf = new(_folder.FullName);
        PeerFloods floods = new(Flood, shelf, Topology.Direct);
        Reading wall = floods.Run(PeerFloods.Synchronous, 1000, PeerCalibration.LeastIntents);
        Assert.True(wall.Figures![SigningLog.Checkpoints] >= PeerFloods.LeastCheckpoints);
        Assert.Same(wall, PeerFloods.RequireSigned(wall, PeerFloods.LeastCheckpoints));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static void Submit(AssembledWall wall, int intents)
    {
        IntentStream stream = new(Flood, Flood.Intern(wall.Vocabulary));
        for (int i = 0; i < intents; i++)
        {
            wall.Submit(in stream.Next());
        }
    }

    private string Logged(int intents)
    {
        string path = Path.Combine(_folder.FullName, "changed");
        using AssembledWall wall = new(Flood, path, new AnswerTally());
        Submit(wall, intents);
        wall.Close();
        return path;
    }
}
