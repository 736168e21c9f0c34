using System.CommandLine;
using Floodwall.Policy;

namespace Floodwall.Cli.Commands.Bundles;

/// <summary>
/// <c>--policy-key</c>, and where more than reading is at stake <c>--require-signed</c> and <c>--policy-name</c>: what a command asks of the
/// bundles that it is given.
/// </summary>
internal sealed class BundleTrustOptions
{
    private readonly Option<string[]> _keys = new("--policy-key")
    {
        HelpName = "VKEY|@FILE",
        Description = "A public key that may sign policy bundles (name+hash+base64), or a file of them, one a line; may be given several times. A signed bundle is opened only with one.",
        AllowMultipleArgumentsPerToken = false,
    };

    private readonly Option<bool> _requireSigned = new("--require-signed")
    {
        Description = "Take no bundle to judge by that is not signed by a --policy-key.",
    };

    private readonly Option<string?> _name = new("--policy-name")
    {
        HelpName = "NAME",
        Description = "The name that a signed bundle has to have. Revisions count per name, so without it a signed bundle meant for another wall is taken too.",
    };

    private BundleTrustOptions()
    {
    }

    /// <summary>The options of a command that only looks at bundles.</summary>
    public static BundleTrustOptions AddKeys(Command command)
    {
        BundleTrustOptions options = new();
        command.Options.Add(options._keys);
        return options;
    }

    /// <summary>The options of a command that says whether bundles may be used.</summary>
    public static BundleTrustOptions AddAll(Command command)
    {
        BundleTrustOptions options = AddKeys(command);
        command.Options.Add(options._requireSigned);
        command.Options.Add(options._name);
        command.Validators.Add(result =>
        {
            if (result.GetValue(options._requireSigned) && result.GetValue(options._keys) is not { Length: > 0 })
            {
                result.AddError("--require-signed needs --policy-key: the keys that may sign.");
            }

            if (result.GetValue(options._name) is not null && result.GetValue(options._keys) is not { Length: > 0 })
            {
                result.AddError("--policy-name belongs to --policy-key: only signed bundles are held to a name.");
            }
        });
        return options;
    }

    /// <summary>Which of the options were given, for commands that have them for another option's sake.</summary>
    public bool IsGiven(System.CommandLine.Parsing.CommandResult result) =>
        result.GetValue(_keys) is { Length: > 0 } || result.GetValue(_requireSigned) || result.GetValue(_name) is not null;

    /// <summary>What was asked for.</summary>
    /// <exception cref="UsageException">A key is malformed, or a file names none.</exception>
    /// <exception cref="IOException">A file of keys cannot be read.</exception>
    public BundleTrust Read(ParseResult parsed) => new(
        parsed.CommandResult.Command.Options.Contains(_requireSigned) && parsed.GetValue(_requireSigned),
        Keys.Trusted(parsed.GetValue(_keys) ?? [], "--policy-key"),
        parsed.CommandResult.Command.Options.Contains(_name) ? parsed.GetValue(_name) : null);
}
