using Floodwall.Reliability.Child.Commands;

// A program that the reliability tests start, feed, race and kill. It says what it did on standard output, a line at a time.
return args switch
{
    ["append", string directory, string seed] => AppendCommand.Run(directory, int.Parse(seed, null)),
    ["pipeline", string directory, string seed] => PipelineCommand.Run(directory, int.Parse(seed, null)),
    ["race", string directory] => RaceCommand.Run(directory),
    ["open", string directory, string key] => OpenCommand.Run(directory, key),
    ["fill", string directory] => FillCommand.Run(directory),
    ["parse", string parser, string seed, string count] => ParseCommand.Run(parser, int.Parse(seed, null), int.Parse(count, null)),
    _ => throw new ArgumentException($"unknown command: {string.Join(' ', args)}"),
};
