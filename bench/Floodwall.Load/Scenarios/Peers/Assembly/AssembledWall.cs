using System.Threading.Channels;
using System.Threading.RateLimiting;
using Floodwall.Load.Flood;
using Floodwall.Load.Measuring;
using Floodwall.Pipeline;

namespace Floodwall.Load.Scenarios.Peers.Assembly;

/// <summary>
/// What a .NET developer would assemble from the box in place of the wall, with care for speed: a bounded <see cref="Channel{T}"/> of structs
/// with one reader and one writer, a <see cref="PartitionedRateLimiter{T}"/> of token buckets, a <see cref="PriorityQueue{TElement, TPriority}"/>,
/// policies as delegates, a chain of <c>SHA256.HashData</c> and a <see cref="FileStream"/>. Its own code allocates nothing for an intent; the limiter
/// allocates 32 bytes.
/// </summary>
/// <remarks>
/// The reader takes what the channel holds, up to a batch; admits it into the queue; takes it out by priority and age; judges, records, hands the
/// batch to the operating system and tells the decisions: what is told survives the process, as the wall's tier Appended does. There is no check
/// at the edge, no search for duplicates, no vocabulary in the log, no tree, no signature and no sync; all of that the wall does beside.
/// </remarks>
internal sealed class AssembledWall : IDisposable
{
    /// <summary>As many as the wall's ingress ring has slots.</summary>
    public const int ChannelCapacity = 16_384;

    private readonly Channel<Intent> _channel = Channel.CreateBounded<Intent>(
        new BoundedChannelOptions(ChannelCapacity) { SingleReader = true, SingleWriter = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly PartitionedRateLimiter<uint> _limiter;

    // A heap keeps no order among equals, so age is part of the key; it holds places in the batch, so that no intent is moved.
    private readonly PriorityQueue<int, long> _queue;
    private readonly AssembledPolicy[] _policies;
    private readonly HashChainLog _log;
    private readonly IDecisionHandler _handler;
    private readonly bool _isLean;
    private readonly Pending[] _batch;
    private readonly int[] _order;
    private readonly Task _reader;
    private long _age;
    private ulong _clock;

    /// <param name="shape">The flood.</param>
    /// <param name="path">Its log's file.</param>
    /// <param name="handler">Told of every outcome, on the reader's thread.</param>
    /// <param name="isLean">
    /// Whether it goes without the queue and tells decisions before they are handed to the operating system: less than the wall promises, and as
    /// fast as these parts get.
    /// </param>
    /// <param name="tokens">Tokens of an agent; none come back while it runs.</param>
    /// <param name="tuning">Its batch and its log's buffer; null for <see cref="AssembledTuning.Default"/>.</param>
    public AssembledWall(
        FloodShape shape, string path, IDecisionHandler handler, bool isLean = false, int tokens = FloodShape.PlentyOfTokens, AssembledTuning? tuning = null)
    {
        tuning ??= AssembledTuning.Default;
        _queue = new PriorityQueue<int, long>(tuning.Batch);
        _batch = new Pending[tuning.Batch];
        _order = new int[tuning.Batch];
        Vocabulary = shape.NewVocabulary();
        _ = shape.Policies(Vocabulary);
        _policies = AssembledPolicies.Of(shape, Vocabulary);
        _limiter = AgentLimiter.Create(tokens);
        _log = new HashChainLog(path, tuning.BufferBytes);
        _handler = handler;
        _isLean = isLean;
        _reader = Task.Run(ReadAsync);
    }

    /// <summary>The names, with the same numbers as in a wall over the same flood.</summary>
    public Vocabulary Vocabulary { get; }

    /// <summary>What made the reader fail; null where nothing did.</summary>
    public Exception? Fault => _reader.Exception?.GetBaseException();

    /// <summary>Takes an intent in, waiting for room where there is none. One thread at a time.</summary>
    public void Submit(in Intent intent)
    {
        if (!_channel.Writer.TryWrite(intent))
        {
            AwaitRoom(in intent);
        }
    }

    /// <summary>Decides what was submitted, and closes the log.</summary>
    public void Close()
    {
        if (_channel.Writer.TryComplete())
        {
            _reader.GetAwaiter().GetResult();
            _log.Close();
        }
    }

    public void Dispose()
    {
        _channel.Writer.TryComplete();
        ((IAsyncResult)_reader).AsyncWaitHandle.WaitOne();
        _log.Dispose();
        _limiter.Dispose();
    }

    private void AwaitRoom(in Intent intent)
    {
        // Waking a blocked writer for each free slot costs the reader a call into the kernel; spinning and yielding costs it nothing.
        SpinWait spin = default;
        while (!_channel.Writer.TryWrite(intent))
        {
            WrongAnswerException.ThrowUnless(Fault is null, $"the assembled wall failed: {Fault?.Message}");
            spin.SpinOnce(sleep1Threshold: -1);
        }
    }

    private async Task ReadAsync()
    {
        ChannelReader<Intent> reader = _channel.Reader;
        while (await reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (_isLean ? RunLean(reader) : RunBatch(reader))
            {
            }
        }
    }

    private bool RunBatch(ChannelReader<Intent> reader)
    {
        int taken = 0;
        for (; taken < _batch.Length && reader.TryRead(out _batch[taken].Intent); taken++)
        {
            ref readonly Intent intent = ref _batch[taken].Intent;
            if (Admit(in intent))
            {
                _queue.Enqueue(taken, ((long)(Priority.Pager - intent.Priority) << 56) | _age++);
            }
        }

        int decided = 0;
        for (; _queue.TryDequeue(out int place, out _); decided++)
        {
            ref Pending pending = ref _batch[place];
            pending.Verdict = AssembledPolicies.Judge(_policies, in pending.Intent);
            pending.Index = Record(in pending.Intent, in pending.Verdict);
            _order[decided] = place;
        }

        if (decided > 0)
        {
            _log.Flush();
        }

        foreach (int place in _order.AsSpan(0, decided))
        {
            ref readonly Pending pending = ref _batch[place];
            Tell(in pending.Intent, in pending.Verdict, pending.Index);
        }

        return taken > 0;
    }

    private bool RunLean(ChannelReader<Intent> reader)
    {
        int taken = 0;
        for (; taken < _batch.Length && reader.TryRead(out Intent intent); taken++)
        {
            if (Admit(in intent))
            {
                Verdict verdict = AssembledPolicies.Judge(_policies, in intent);
                Tell(in intent, in verdict, Record(in intent, in verdict));
            }
        }

        return taken > 0;
    }

    private bool Admit(in Intent intent)
    {
        _clock = Math.Max(_clock, intent.SubmittedTick);
        using RateLimitLease lease = _limiter.AttemptAcquire(intent.Agent.Id);
        if (!lease.IsAcquired)
        {
            _handler.OnDecision(in intent, new Decision
            {
                IntentId = intent.Id,
                Agent = intent.Agent,
                Outcome = Outcome.Refused,
                Refusal = new Refusal(0, RefusalKind.RateLimited),
                Tick = _clock,
                EntryIndex = Decision.NoEntry,
            });
        }

        return lease.IsAcquired;
    }

    private ulong Record(in Intent intent, in Verdict verdict)
    {
        int length = DecisionEntry.LengthOf(in intent, in verdict, intent.SubmittedTick, _clock);
        DecisionEntry.Write(_log.Payload(length), in intent, in verdict, intent.SubmittedTick, _clock);
        return _log.Commit(WallEntryKinds.Decision, length);
    }

    private void Tell(in Intent intent, in Verdict verdict, ulong index) => _handler.OnDecision(in intent, new Decision
    {
        IntentId = intent.Id,
        Agent = intent.Agent,
        Outcome = Outcome.Decided,
        Tier = AckTier.Appended,
        Verdict = verdict,
        Tick = _clock,
        EntryIndex = index,
    });

    private struct Pending
    {
        public Intent Intent;
        public Verdict Verdict;
        public ulong Index;
    }
}
