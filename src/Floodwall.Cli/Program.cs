using Floodwall.Cli.Commands;

return await Tool.RunAsync(args, Console.Out, Console.Error).ConfigureAwait(false);
