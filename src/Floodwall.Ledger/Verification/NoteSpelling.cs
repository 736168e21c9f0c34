using System.Buffers.Binary;
using System.Text;
using Floodwall.Crypto;

namespace Floodwall.Ledger;

/// <summary>The one spelling of a signed note: its text, a blank line, and signature lines in canonical base64.</summary>
internal static class NoteSpelling
{
    public static byte[] Write(SignedNote note)
    {
        StringBuilder lines = new("\n");
        Span<byte> id = stackalloc byte[4];
        foreach (NoteSignature signature in note.Signatures)
        {
            BinaryPrimitives.WriteUInt32BigEndian(id, signature.KeyId);
            lines.Append("\u2014 ").Append(signature.Name).Append(' ')
                .Append(Convert.ToBase64String([.. id, .. signature.Signature.Span])).Append('\n');
        }

        return [.. note.Utf8Text.Span, .. Encoding.UTF8.GetBytes(lines.ToString())];
    }
}
