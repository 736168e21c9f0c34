namespace Floodwall.Policy.Cel;

/// <summary>Says why a pattern is refused. Does not leave <see cref="CelPattern"/>.</summary>
internal sealed class PatternException(string message) : Exception(message);
