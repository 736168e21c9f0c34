using Floodwall.Cli.Formats.Intents;
using Floodwall.Cli.Formats.Io;
using Floodwall.Cli.Formats.Kubernetes;
using Floodwall.Cli.Formats.Terraform;

namespace Floodwall.Cli.Formats;

/// <summary>One input, opened: its format is settled and its changes can be read once, in order.</summary>
internal sealed class ChangeSource : IDisposable
{
    private readonly ReadContext _context;
    private bool _started;

    private ChangeSource(InputFormat format, ReadContext context)
    {
        Format = format;
        _context = context;
    }

    /// <summary>The format, never <see cref="InputFormat.Auto"/> except where the input is empty.</summary>
    public InputFormat Format { get; }

    /// <summary>The input's name for messages.</summary>
    public string File => _context.File;

    /// <summary>Counts, notes and errors so far; complete once <see cref="Read"/> has ended.</summary>
    public ReadReport Report => _context.Report;

    /// <summary>Told of each fact as it is read: behind the change before it and ahead of the one behind it; null for nobody.</summary>
    public Action<FactRecord>? OnFact
    {
        get => _context.OnFact;
        set => _context.OnFact = value;
    }

    /// <summary>Opens a file, or standard input for <c>-</c>.</summary>
    /// <exception cref="InputException">It cannot be opened or its format is not one that can be read.</exception>
    public static ChangeSource OpenFile(string path, ReadOptions options)
    {
        if (path == "-")
        {
            return Open(Console.OpenStandardInput(), "stdin", options);
        }

        FileStream stream;
        try
        {
            stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            string reason = Directory.Exists(path) ? "it is a folder" : e.Message;
            throw new InputException(new SourcePosition(path, 0), $"expected a file that can be read: {reason}", e);
        }

        return Open(stream, path, options);
    }

    /// <summary>Opens a stream, which the source then owns.</summary>
    /// <param name="stream">The input, read once from where it stands.</param>
    /// <param name="file">Its name for messages.</param>
    /// <param name="options">How to read it.</param>
    /// <exception cref="InputException">Its format is not one that can be read.</exception>
    public static ChangeSource Open(Stream stream, string file, ReadOptions options)
    {
        var input = new InputBuffer(stream);
        try
        {
            var context = new ReadContext(file, input, options, new ReadReport());
            InputFormat format = FormatDetector.Check(input, file, options);
            return new ChangeSource(format, context);
        }
        catch
        {
            input.Dispose();
            throw;
        }
    }

    /// <summary>Reads the changes, one at a time as they are asked for.</summary>
    /// <exception cref="InputException">
    /// While enumerating: a change cannot be read and <see cref="ReadOptions.OnError"/> is Stop. What was yielded before stays valid.
    /// </exception>
    /// <exception cref="InvalidOperationException">The input was read before.</exception>
    public IEnumerable<ChangeRecord> Read()
    {
        if (_started)
        {
            throw new InvalidOperationException("an input can be read once");
        }

        _started = true;
        return Counted();
    }

    /// <inheritdoc/>
    public void Dispose() => _context.Input.Dispose();

    private IEnumerable<ChangeRecord> Counted()
    {
        IEnumerable<ChangeRecord> records = Format switch
        {
            InputFormat.Intents => new NativeIntentReader(_context).Read(),
            InputFormat.TerraformPlan => new TerraformPlanReader(_context).Read(),
            InputFormat.KubernetesAudit => new AuditLogReader(_context).Read(),
            InputFormat.AdmissionReview => new AdmissionReviewReader(_context).Read(),
            _ => [],
        };
        foreach (ChangeRecord record in records)
        {
            Report.AddRecord();
            yield return record;
        }

        if (Format == InputFormat.Auto || (Report is { Records: 0, Errors: 0, Skipped: 0, Facts: 0 } && Report.Notes.Count == 0))
        {
            Report.Note("the input is empty: no changes");
        }
        else if (Report is { Records: 0, Errors: 0, Skipped: > 0 })
        {
            Report.Note("the input holds no changes: " + Report.DescribeSkipped());
        }
    }
}
