return Floodwall.Load.CommandLine.Run(args);
