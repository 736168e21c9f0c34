using System.Text;

namespace Floodwall.Ledger;

/// <summary>What a witness answers, in terms of HTTP.</summary>
/// <param name="Status">HTTP status code.</param>
/// <param name="ContentType">Media type of the body.</param>
/// <param name="Body">The body; ends in a newline.</param>
public sealed record WitnessResponse(int Status, string ContentType, ReadOnlyMemory<byte> Body)
{
    private const string PlainText = "text/plain; charset=utf-8";

    internal static WitnessResponse Cosigned(string lines) => new(200, PlainText, Encoding.UTF8.GetBytes(lines));

    internal static WitnessResponse Refuse(int status, string reason) => new(status, PlainText, Encoding.UTF8.GetBytes(reason + "\n"));

    /// <summary>Another size was cosigned last: the client is told which.</summary>
    internal static WitnessResponse KnowsSize(ulong size) =>
        new(409, AddCheckpointRequest.SizeContentType, Encoding.ASCII.GetBytes(FormattableString.Invariant($"{size}\n")));
}
