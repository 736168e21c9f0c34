using Floodwall.Ledger;

namespace Floodwall.Pipeline.Tests.Recording;

public sealed class FullDiskTests
{
    [Fact]
    public void A_flood_against_a_full_disk_is_refused_without_an_exception_each_and_goes_on_once_there_is_room()
    {
        FaultLedgerStorage storage = new();
        bool full = false;
        int attempts = 0;
        storage.Before = call =>
        {
            if (Volatile.Read(ref full) && call.Step == StorageStep.Create && call.Path.EndsWith(".seg", StringComparison.Ordinal))
            {
                Interlocked.Increment(ref attempts);
                throw new DiskFullException($"{call.Path}: injected");
            }
        };
        LedgerOptions options = new() { Directory = "/ledger", SegmentBytes = LedgerLimits.MinSegmentBytes };
        using LedgerWriter writer = LedgerWriter.Open(options, TestWall.Signer, storage);
        Vocabulary vocabulary = new(64);
        (Symbol[] agents, Symbol[] resources) = TestWall.Names(vocabulary);
        RecordingStage recording = new(writer, new RecordedVocabulary(), vocabulary, RefusalRecording.Each);
        Registrar registrar = new(recording, handler: null, acknowledger: null, vocabulary.Rules);
        Volatile.Write(ref full, true);
        Decision last = default;
        ulong id = 0;

        Decision Decide(ulong tick)
        {
            Intent intent = new() { Id = ++id, Agent = agents[0], Resource = resources[0], SubmittedTick = tick };
            Verdict verdict = Verdict.Admit;
            return registrar.Decide(in intent, ref verdict, new Passing { AdmittedTick = tick, Now = tick });
        }

        while ((last = Decide(1)).Outcome == Outcome.Decided)
        {
        }

        Assert.Equal(RefusalKind.LedgerUnavailable, last.Refusal.Kind);
        ulong size = writer.AppendedSize;
        int thrown = 0;
        int thread = Environment.CurrentManagedThreadId;
        void Count(object? sender, System.Runtime.ExceptionServices.FirstChanceExceptionEventArgs args) =>
            thrown += Environment.CurrentManagedThreadId == thread ? 1 : 0;
        AppDomain.CurrentDomain.FirstChanceException += Count;
        try
        {
            for (int i = 0; i < 50_000; i++)
            {
                Assert.Equal(RefusalKind.LedgerUnavailable, Decide(2).Refusal.Kind);
                Intent refused = new() { Id = ++id, Agent = agents[1], Resource = resources[0] };
                registrar.Refuse(in refused, new Refusal(0, RefusalKind.RateLimited), 2, ticket: 0);
            }

            registrar.Drained(3);
        }
        finally
        {
            AppDomain.CurrentDomain.FirstChanceException -= Count;
        }

        Assert.Equal(0, thrown);
        Assert.InRange(attempts, 1, 1_000);
        Assert.Null(registrar.Fault);
        Assert.Equal(size, writer.AppendedSize);

        // Nobody has to ask for it: the wall notices by itself, and nothing that it refused is in the ledger.
        Volatile.Write(ref full, false);
        while ((last = Decide(4)).Outcome == Outcome.Refused)
        {
            Thread.Yield();
        }

        Assert.Equal(AckTier.Appended, last.Tier);
        Assert.True(writer.AppendedSize > size);
        writer.Publisher.Publish(writer.SealTip());
        Assert.Equal(
            VerificationStatus.Good,
            LedgerVerifier.Verify("/ledger", TestWall.Signer.VerifierKey, new VerifyOptions { Files = storage }).Status);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void No_note_is_left_without_its_decision_for_the_next_one_to_inherit(int before)
    {
        FaultLedgerStorage storage = new();
        bool full = false;
        storage.Before = call =>
        {
            if (Volatile.Read(ref full) && call.Step == StorageStep.Create && call.Path.EndsWith(".seg", StringComparison.Ordinal))
            {
                throw new DiskFullException($"{call.Path}: injected");
            }
        };
        LedgerOptions options = new() { Directory = "/ledger", SegmentBytes = LedgerLimits.MinSegmentBytes };
        using LedgerWriter writer = LedgerWriter.Open(options, TestWall.Signer, storage);
        Vocabulary vocabulary = new(64);
        (Symbol[] agents, Symbol[] resources) = TestWall.Names(vocabulary);
        Registrar registrar = new(
            new RecordingStage(writer, new RecordedVocabulary(), vocabulary, RefusalRecording.Each), handler: null, acknowledger: null, vocabulary.Rules);
        Volatile.Write(ref full, true);
        GateNoteSet notes = default;
        notes.Add(new GateNote(GateNoteKind.Shadow, VerdictKind.Reject, vocabulary.Rules.StageFault));
        Intent intent = new() { Agent = agents[0], Resource = resources[0] };
        Passing passing = new() { AdmittedTick = 1, Now = 1 };

        bool Decide(in GateNoteSet beside)
        {
            Verdict verdict = Verdict.Admit;
            return registrar.Decide(in intent, ref verdict, in passing, in beside).Outcome == Outcome.Decided;
        }

        // An odd and an even place for the notes, so that in one of the two a note would take the last entry there is room for.
        for (int i = 0; i < before; i++)
        {
            Assert.True(Decide(default));
        }

        while (Decide(in notes))
        {
        }

        Assert.Null(registrar.Fault);
        using EntryCursor cursor = LedgerReader.Open("/ledger", storage).ReadFrom(0);
        byte last = 0;
        while (cursor.MoveNext())
        {
            last = cursor.Current.Kind;
        }

        Assert.Equal(WallEntryKinds.Decision, last);
    }
}
