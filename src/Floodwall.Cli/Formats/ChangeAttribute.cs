namespace Floodwall.Cli.Formats;

/// <summary>One attribute of a change as read.</summary>
/// <param name="Name">Its name, well formed as all names.</param>
/// <param name="Value">A <see cref="string"/>, <see cref="long"/>, finite <see cref="double"/>, <see cref="bool"/> or array of strings.</param>
internal sealed record ChangeAttribute(string Name, object Value);
