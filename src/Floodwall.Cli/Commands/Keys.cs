using Floodwall.Crypto;
using Floodwall.Ledger;

namespace Floodwall.Cli.Commands;

/// <summary>Where the tool's keys come from, and how it reads what a caller trusts.</summary>
internal static class Keys
{
    /// <summary>A new key.</summary>
    /// <exception cref="UsageException">The name cannot be a key's.</exception>
    public static Ed25519Signer Generate(string origin, string option = "--origin")
    {
        try
        {
            return Ed25519Signer.Generate(origin);
        }
        catch (ArgumentException exception)
        {
            throw new UsageException($"{option} '{origin}': {exception.Message.Split(" (Parameter", 2)[0]}");
        }
    }

    /// <summary>
    /// The key that signs a ledger: the file given, or the one in the ledger's state folder, made at first use.
    /// </summary>
    /// <param name="paths">The ledger.</param>
    /// <param name="keyFile">The file given; null for the state folder's.</param>
    /// <param name="origin">The name of a key made now; null for one after the ledger's folder.</param>
    /// <param name="notes">Told of a rotation that ended early.</param>
    /// <exception cref="UsageException">The ledger exists and its key does not.</exception>
    public static Ed25519Signer ForLedger(LedgerPaths paths, string? keyFile, string? origin, TextWriter notes)
    {
        if (keyFile is not null)
        {
            return KeyFile.Load(keyFile);
        }

        StateKeys state = new(paths);
        if (state.Exist)
        {
            Ed25519Signer kept = state.Load(out string? note);
            if (note is not null)
            {
                notes.WriteLine($"floodwall: {note}");
            }

            return kept;
        }

        if (Directory.Exists(paths.Segments) && Directory.EnumerateFiles(paths.Segments).Any())
        {
            throw new UsageException(
                $"{paths.Directory} is a ledger already, but its key {paths.PrivateKey} is not there; name the key that signs it with --key FILE, or the ledger's state folder with --state DIR.");
        }

        Ed25519Signer signer = Generate(origin ?? "floodwall.local/" + NameAfter(paths.Directory));
        FileLedgerStorage.Instance.CreateFolder(paths.StateDirectory, ownerOnly: true);
        KeyFile.Create(paths.PrivateKey, signer);
        return signer;
    }

    /// <summary>
    /// Called once the ledger is open: completes a rotation that ended early, and leaves the ledger's vkeys in its state folder, for
    /// <c>verify --vkey @DIR.state/vkey</c>.
    /// </summary>
    public static void Settle(LedgerPaths paths, Ed25519Signer signer) => new StateKeys(paths).Settle(signer.VerifierKey);

    /// <summary>Reads <c>--vkey</c>, or another option of its kind: the key itself, or @FILE with one key a line; empty lines and # comments are skipped.</summary>
    /// <exception cref="UsageException">A key is malformed, or a file names none.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static IReadOnlyList<VerifierKey> Trusted(IEnumerable<string> options, string name = "--vkey")
    {
        List<VerifierKey> keys = [];
        foreach (string option in options)
        {
            if (!option.StartsWith('@'))
            {
                keys.Add(Parse(option, name));
                continue;
            }

            string file = option[1..];
            int before = keys.Count;
            keys.AddRange(File.ReadLines(file)
                .Select((line, i) => (Text: line.Trim(), Where: $"{file}:{i + 1}"))
                .Where(line => line.Text.Length != 0 && line.Text[0] != '#')
                .Select(line => Parse(line.Text, line.Where)));
            if (keys.Count == before)
            {
                throw new UsageException($"{file}: no vkey in it; one a line is expected.");
            }
        }

        return keys;
    }

    private static VerifierKey Parse(string text, string where) =>
        VerifierKey.TryParse(text, out VerifierKey? key, out string? error)
            ? key
            : throw new UsageException($"{where}: '{text[..Math.Min(text.Length, 120)]}' is no vkey (name+hash+base64): {error}");

    // A key's name must not hold what separates a vkey's parts.
    private static string NameAfter(string directory)
    {
        string name = string.Concat(Path.GetFileName(directory).Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '-'));
        return name.Length == 0 ? "ledger" : name[..Math.Min(name.Length, 100)];
    }
}
