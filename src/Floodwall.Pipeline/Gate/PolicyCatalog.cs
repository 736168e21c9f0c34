using System.Text.Json;

namespace Floodwall.Pipeline;

/// <summary>
/// Makes policies from their descriptions: <c>name</c>, or <c>name {JSON}</c>. The built-in ones are there; an embedder adds its own.
/// </summary>
public sealed class PolicyCatalog
{
    private readonly Dictionary<string, Func<Vocabulary, JsonElement, IPolicy>> _makers = new(StringComparer.Ordinal);

    /// <summary>A catalogue of the built-in policies.</summary>
    public PolicyCatalog()
    {
        Add(NoGlobalDestroy.Name, static (vocabulary, _) => new NoGlobalDestroy(vocabulary));
        Add(BlastNeedsPriority.Name, static (vocabulary, _) => new BlastNeedsPriority(vocabulary));
        Add(DeadlineNotPassed.Name, static (vocabulary, _) => new DeadlineNotPassed(vocabulary));
        Add(ResourceAllowlist.Name, ResourceAllowlist.From);
        Add(FreezeWindow.Name, FreezeWindow.From);
    }

    /// <summary>Adds a kind of policy.</summary>
    /// <param name="name">The first word of its descriptions.</param>
    /// <param name="make">
    /// Makes one from the JSON behind the name (undefined where there is none). For settings that it cannot read it throws
    /// <see cref="FormatException"/>, <see cref="JsonException"/>, <see cref="InvalidOperationException"/>,
    /// <see cref="KeyNotFoundException"/> or <see cref="ArgumentException"/>.
    /// </param>
    /// <exception cref="ArgumentException">The name is empty, holds a space, or is taken.</exception>
    public void Add(string name, Func<Vocabulary, JsonElement, IPolicy> make)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(make);
        if (name.Contains(' ', StringComparison.Ordinal) || !_makers.TryAdd(name, make))
        {
            throw new ArgumentException($"'{name}' holds a space or is taken.", nameof(name));
        }
    }

    /// <summary>Makes the policy that a description names.</summary>
    /// <returns>Null, or why it cannot be made.</returns>
    public string? TryMake(string description, Vocabulary vocabulary, out IPolicy? policy)
    {
        ArgumentNullException.ThrowIfNull(description);
        ArgumentNullException.ThrowIfNull(vocabulary);
        policy = null;
        string[] words = description.Split(' ', 2);
        if (!_makers.TryGetValue(words[0], out Func<Vocabulary, JsonElement, IPolicy>? make))
        {
            return $"no policy '{Shortened(words[0])}' is known here";
        }

        try
        {
            using JsonDocument? settings = words.Length == 2 ? JsonDocument.Parse(words[1]) : null;
            policy = make(vocabulary, settings?.RootElement ?? default);
            return null;
        }
        catch (Exception exception) when (exception is FormatException or JsonException or InvalidOperationException
            or KeyNotFoundException or ArgumentException)
        {
            return $"policy '{Shortened(words[0])}' has settings that cannot be read: {exception.Message}";
        }
    }

    private static string Shortened(string text) => text.Length <= 60 ? text : text[..60] + "…";
}
