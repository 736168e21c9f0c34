namespace Floodwall.Cli.Formats.Json;

/// <summary>The text of one JSON value and where it begins. The bytes are valid until the next unit is asked for.</summary>
internal readonly record struct JsonUnit(ReadOnlyMemory<byte> Bytes, SourcePosition Position);
