using Floodwall.Pipeline;

namespace Floodwall.Cli.Formats;

/// <summary>The lower-case words for the intent enums in files and on the command line.</summary>
internal static class IntentWords
{
    /// <summary>The words for <see cref="IntentAction"/>, in the order of the enum.</summary>
    public static IReadOnlyList<string> Actions { get; } = ["apply", "scale", "destroy"];

    /// <summary>The words for <see cref="Priority"/>, in the order of the enum.</summary>
    public static IReadOnlyList<string> Priorities { get; } = ["bulk", "normal", "urgent", "pager"];

    /// <summary>The words for <see cref="BlastRadius"/>, in the order of the enum.</summary>
    public static IReadOnlyList<string> BlastRadii { get; } = ["cell", "service", "region", "global"];

    /// <summary>The word for an action.</summary>
    public static string Of(IntentAction action) => Actions[(int)action];

    /// <summary>The word for a priority.</summary>
    public static string Of(Priority priority) => Priorities[(int)priority];

    /// <summary>The word for a blast radius.</summary>
    public static string Of(BlastRadius blast) => BlastRadii[(int)blast];

    /// <summary>Finds an action by its word.</summary>
    public static IntentAction? Action(string word) => Index(Actions, word) is int index ? (IntentAction)index : null;

    /// <summary>Finds a priority by its word.</summary>
    public static Priority? Priority(string word) => Index(Priorities, word) is int index ? (Priority)index : null;

    /// <summary>Finds a blast radius by its word.</summary>
    public static BlastRadius? Blast(string word) => Index(BlastRadii, word) is int index ? (BlastRadius)index : null;

    /// <summary>The words as a message lists them: <c>apply, scale or destroy</c>.</summary>
    public static string Choice(IReadOnlyList<string> words) => string.Join(", ", words.SkipLast(1)) + " or " + words[^1];

    private static int? Index(IReadOnlyList<string> words, string word)
    {
        for (int i = 0; i < words.Count; i++)
        {
            if (words[i] == word)
            {
                return i;
            }
        }

        return null;
    }
}
