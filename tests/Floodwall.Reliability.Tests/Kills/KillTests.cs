using System.Globalization;
using System.Security.Cryptography;
using Floodwall.Crypto;
using Floodwall.Ledger;
using Floodwall.Pipeline;
using Floodwall.Reliability.Child.Commands;

namespace Floodwall.Reliability.Tests.Kills;

/// <summary>
/// A child process writes a ledger, tells through a pipe what was acknowledged, and is killed at random points; the ledger is reopened
/// and held against what came through the pipe. <c>FLOODWALL_KILL_CYCLES</c> sets the number of kills.
/// </summary>
public sealed class KillTests
{
    private const int CyclesInCi = 200;
    private const int KillsPerLedger = 20;

    [Fact]
    public void Kill_9_loses_nothing_that_was_acknowledged()
    {
        int cycles = Figures.Setting("FLOODWALL_KILL_CYCLES", CyclesInCi);
        int ledgers = (cycles + KillsPerLedger - 1) / KillsPerLedger;
        Tally tally = new();
        ParallelOptions two = new() { MaxDegreeOfParallelism = 2, CancellationToken = TestContext.Current.CancellationToken };
        Parallel.For(0, ledgers, two, ledger =>
        {
            using TempFolder temp = new();
            Oracle oracle = new(temp.Of("ledger"), ledger % 4 == 3 ? "pipeline" : "append");
            for (int kill = ledger * KillsPerLedger; kill < Math.Min(cycles, (ledger + 1) * KillsPerLedger); kill++)
            {
                oracle.Cycle(kill, tally);
            }
        });

        Assert.Equal(cycles, tally.Kills);
        Assert.True(tally.Reused > 0 || cycles < CyclesInCi, "no segment was made of an old one");
        Assert.True(tally.Acknowledged > cycles, $"only {tally.Acknowledged} entries were acknowledged");
        Figures.Report(
            "kill -9",
            $"{Figures.Number(tally.Kills)} kills, {tally.WhileOpening} of them before the ledger was open, {tally.Torn} with a torn entry, {tally.Reused} old segments used again; "
            + $"{Figures.Number(tally.Acknowledged)} entries acknowledged ({Figures.Number(tally.Decisions)} by the pipeline), 0 lost; always a valid prefix");
    }

    private sealed class Tally
    {
        private int _kills;
        private int _whileOpening;
        private int _torn;
        private int _reused;
        private long _acknowledged;
        private long _decisions;

        public int Kills => _kills;

        public int WhileOpening => _whileOpening;

        public int Torn => _torn;

        public int Reused => _reused;

        public long Acknowledged => _acknowledged;

        public long Decisions => _decisions;

        public void Add(bool opened, bool torn, int reused, int acknowledged, int decisions)
        {
            Interlocked.Increment(ref _kills);
            Interlocked.Add(ref _whileOpening, opened ? 0 : 1);
            Interlocked.Add(ref _torn, torn ? 1 : 0);
            Interlocked.Add(ref _reused, reused);
            Interlocked.Add(ref _acknowledged, acknowledged);
            Interlocked.Add(ref _decisions, decisions);
        }
    }

    /// <summary>What came through the pipe about one ledger, over all its processes.</summary>
    private sealed class Oracle(string directory, string command)
    {
        private readonly Dictionary<ulong, string> _acknowledged = [];
        private readonly List<string> _old = [];
        private ulong _durable;
        private TreeHead? _signed;

        public void Cycle(int seed, Tally tally)
        {
            Random random = new(seed);
            int before = _acknowledged.Count;
            PutOld();
            bool opened = false;
            using (ChildProcess child = ChildProcess.Start(command, directory, seed.ToString(CultureInfo.InvariantCulture)))
            {
                // Sometimes while it opens, mostly while it writes; the pipe's own buffer lets the child run ahead by some.
                int lines = random.Next(10) == 0 ? random.Next(1, 3) : random.Next(3, 2500);
                for (int i = 0; i < lines; i++)
                {
                    string? line = child.ReadLine();
                    Assert.True(line is not null, line is null ? child.Errors() : "");
                    opened |= Hear(line!);
                }

                child.Kill();
                foreach (string line in child.Rest())
                {
                    opened |= Hear(line);
                }
            }

            bool torn = Check(opened);
            tally.Add(opened, torn, _old.RemoveAll(file => !File.Exists(file)), _acknowledged.Count - before, command == "pipeline" ? _acknowledged.Count - before : 0);
        }

        /// <summary>Whatever shows of these would pass for what the ledger held once.</summary>
        private void PutOld()
        {
            string folder = Directory.CreateDirectory(Ledgers.OldSegments(directory)).FullName;
            if (Directory.Exists(directory) && Directory.GetFiles(folder).Length < 2)
            {
                foreach (string segment in Directory.GetFiles(Path.Combine(directory, "segments"), "*.seg"))
                {
                    string old = Path.Combine(folder, Guid.NewGuid().ToString("N") + ".recycled");
                    File.Copy(segment, old);
                    _old.Add(old);
                }
            }
        }

        /// <summary>Takes in a line; whether it says that the ledger is open.</summary>
        private bool Hear(string line)
        {
            string[] words = line.Split(' ');
            switch (words[0])
            {
                case "opened":
                    ulong size = ulong.Parse(words[1], CultureInfo.InvariantCulture);
                    Assert.All(_acknowledged.Keys, index => Assert.True(index < size));
                    return true;
                case "appended" or "decided":
                    _acknowledged.Add(ulong.Parse(words[1], CultureInfo.InvariantCulture), words[2]);
                    break;
                case "durable":
                    _durable = Math.Max(_durable, ulong.Parse(words[1], CultureInfo.InvariantCulture));
                    break;
                case "signed":
                    Assert.True(Hash256.TryParseBase64(words[2], out Hash256 root));
                    _signed = new TreeHead(ulong.Parse(words[1], CultureInfo.InvariantCulture), root);
                    break;
                default:
                    Assert.Equal("opening", line);
                    break;
            }

            return false;
        }

        private bool Check(bool opened)
        {
            bool torn = false;
            if (opened || _acknowledged.Count > 0)
            {
                VerificationReport left = Verify();
                Assert.True(left.Status == VerificationStatus.Good, $"as the kill left it: {left.Message}");
                torn = left.UnsignedTail is not null;
            }

            using (LedgerWriter writer = LedgerWriter.Open(Ledgers.Options(directory), Ledgers.Signer))
            {
                Assert.True(writer.AppendedSize >= _durable, $"{_durable} entries were durable, {writer.AppendedSize} are there");
                Compare();
                if (_signed is { Size: var size } && size % 3 == 0)
                {
                    writer.Close();
                }
            }

            Assert.Equal(VerificationStatus.Good, Verify().Status);
            return torn;
        }

        private VerificationReport Verify() =>
            LedgerVerifier.Verify(directory, Ledgers.Signer.VerifierKey, new VerifyOptions { Pinned = _signed is { } signed ? [signed] : [], Threads = 1 });

        private void Compare()
        {
            int found = 0;
            using EntryCursor cursor = LedgerReader.Open(directory).ReadFrom(0);
            while (cursor.MoveNext())
            {
                LedgerEntry entry = cursor.Current;
                if (_acknowledged.TryGetValue(entry.Index, out string? said))
                {
                    Assert.Equal(said, Identify(entry.Bytes));
                    found++;
                }
            }

            Assert.Null(cursor.Problem);
            Assert.Equal(_acknowledged.Count, found);
        }

        private string Identify(ReadOnlySpan<byte> entry)
        {
            ReadOnlySpan<byte> payload = entry[LedgerLimits.EntryHeaderBytes..];
            if (command == "append")
            {
                return Convert.ToHexStringLower(SHA256.HashData(payload));
            }

            Assert.Equal(WallEntryKinds.Decision, entry[0]);
            Assert.Null(DecisionEntry.Read(payload, out DecisionRecord record));
            return record.Intent.Id.ToString(CultureInfo.InvariantCulture);
        }
    }
}
