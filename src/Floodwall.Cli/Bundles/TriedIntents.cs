using Floodwall.Cli.Formats;
using Floodwall.Cli.Running;
using Floodwall.Pipeline;

namespace Floodwall.Cli.Bundles;

/// <summary>An intent to be tried on bundles, at the time at which a wall would have judged it.</summary>
/// <param name="Intent">The intent.</param>
/// <param name="Tick">The clock: the highest tick that was read so far.</param>
/// <param name="Position">Where it was read.</param>
internal readonly record struct TriedIntent(Intent Intent, ulong Tick, SourcePosition Position);

/// <summary>Reads changes and facts as a run without a release bound would, and hands them on one by one.</summary>
internal sealed class TriedIntents(GateContext context, ReadOptions options)
{
    private readonly IntentMapper _mapper = new(context.Vocabulary);
    private readonly List<(string File, ReadReport Report)> _read = [];
    private ulong _clock;

    /// <summary>What was read so far.</summary>
    public IReadOnlyList<(string File, ReadReport Report)> Reports => _read;

    /// <summary>Learns the facts of files that hold nothing else.</summary>
    /// <exception cref="InputException">A file cannot be read, or holds an intent.</exception>
    public void Learn(IEnumerable<string> files)
    {
        foreach (string file in files)
        {
            using ChangeSource source = Open(file, options with { Format = InputFormat.Intents });
            if (source.Read().FirstOrDefault() is { } change)
            {
                throw new InputException(change.Position, "expected facts alone in a file of --facts, got an intent");
            }
        }
    }

    /// <summary>The changes of files, in order; the facts between them are known from there on.</summary>
    /// <exception cref="InputException">While enumerating: a file cannot be read.</exception>
    public IEnumerable<TriedIntent> Read(IEnumerable<string> files)
    {
        foreach (string file in files)
        {
            using ChangeSource source = Open(file, options);
            foreach (ChangeRecord record in source.Read())
            {
                yield return Map(record);
            }
        }
    }

    /// <summary>An intent that was read already.</summary>
    public TriedIntent Map(ChangeRecord record)
    {
        Intent intent = _mapper.Map(record);
        _clock = Math.Max(_clock, intent.SubmittedTick);
        return new TriedIntent(intent, _clock, record.Position);
    }

    private ChangeSource Open(string file, ReadOptions how)
    {
        ChangeSource source = ChangeSource.OpenFile(file, how);
        source.OnFact = Accept;
        _read.Add((source.File, source.Report));
        return source;
    }

    // As many as a wall would take.
    private void Accept(FactRecord record)
    {
        context.Facts.Set(_mapper.Map(record));
        if (context.Facts.Count > FactTable.DefaultCapacity)
        {
            throw new FactTableFullException(FactTable.DefaultCapacity);
        }
    }
}
