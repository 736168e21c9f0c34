using Floodwall.Crypto;
using Floodwall.Ledger;

namespace Floodwall.Reliability.Child.Commands;

/// <summary>Loads a key, opens a ledger with it, appends and closes: <c>done</c>, or <c>TYPE: message</c> of what refused. <c>-</c> for the tests' own key.</summary>
internal static class OpenCommand
{
    public static int Run(string directory, string key)
    {
        try
        {
            using Ed25519Signer signer = key == "-" ? Ledgers.Signer : KeyFile.Load(key);
            using LedgerWriter writer = LedgerWriter.Open(Ledgers.Options(directory), signer);
            writer.Begin(0x30, 4, out _).Fill(1);
            writer.Commit();
            writer.Close();
            Console.WriteLine("done");
            return 0;
        }
        catch (Exception refused) when (refused is LedgerException or IOException or UnauthorizedAccessException or InvalidDataException)
        {
            Console.WriteLine($"{refused.GetType().Name}: {refused.Message}");
            return 1;
        }
    }
}
