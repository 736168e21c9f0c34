using Floodwall.Cli.Formats.Derivation;
using Floodwall.Cli.Formats.Io;

namespace Floodwall.Cli.Formats;

/// <summary>What every reader works with: the input, how to read it, and where to report.</summary>
internal sealed class ReadContext(string file, InputBuffer input, ReadOptions options, ReadReport report)
{
    /// <summary>The number of errors after which an input is given up even where errors are skipped.</summary>
    public const int MostErrors = 1_000_000;

    /// <summary>The input's name for messages.</summary>
    public string File => file;

    /// <summary>The input.</summary>
    public InputBuffer Input => input;

    /// <summary>How to read it.</summary>
    public ReadOptions Options => options;

    /// <summary>Bounds on the input.</summary>
    public Limits Limits => options.Limits;

    /// <summary>Where to count and note.</summary>
    public ReadReport Report => report;

    /// <summary>Told of each fact as it is read: behind the change before it and ahead of the one behind it; null for nobody.</summary>
    public Action<FactRecord>? OnFact { get; set; }

    /// <summary>Counts a fact and hands it on.</summary>
    public void Fact(FactRecord fact)
    {
        report.AddFact();
        OnFact?.Invoke(fact);
    }

    /// <summary>Counts an error, and throws it where reading stops at the first, or where there are too many.</summary>
    public void Fail(InputException error)
    {
        report.AddError(error);
        if (options.OnError == OnError.Stop)
        {
            throw error;
        }

        if (report.Errors >= MostErrors)
        {
            throw new InputException(error.Position, $"expected fewer than {MostErrors} errors in one input; the last one: {error.Problem}");
        }
    }

    /// <summary>Counts an error after which nothing further can be found in the input, and throws it where reading stops at the first.</summary>
    public void FailForGood(InputException error)
    {
        Fail(error);
        report.Note("the rest of the input could not be read");
    }

    /// <summary>Fills in what the format does not state and checks what is derived.</summary>
    /// <param name="facts">What the format says.</param>
    /// <param name="position">Where the change stands.</param>
    public Derived Derive(ChangeFacts facts, SourcePosition position)
    {
        Derived derived = options.Derivation.Derive(facts);
        Check(derived.Topic, "topic", position);
        Check(derived.Environment, "environment", position);
        return derived;
    }

    private static void Check(string? name, string what, SourcePosition position)
    {
        if (name is not null && Names.Problem(name) is string problem)
        {
            throw new InputException(position, $"the {what} derived is no name: {problem}");
        }
    }
}
