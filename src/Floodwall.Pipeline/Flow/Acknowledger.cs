namespace Floodwall.Pipeline;

/// <summary>Answers callers of SubmitAsync: at once for refusals and Appended, through the checkpoint worker for more.</summary>
internal sealed class Acknowledger(PendingTable waits) : IAcknowledger
{
    /// <summary>Set once the pipeline has a ledger and so a worker.</summary>
    public CheckpointWorker? Worker { get; set; }

    public void Acknowledge(uint ticket, in Decision decision)
    {
        PendingDecision pending = waits[ticket];
        pending.Hold(in decision);
        if (decision.Outcome == Outcome.Decided && pending.Tier > AckTier.Appended)
        {
            Await(pending);
        }
        else
        {
            pending.Complete(decision.Tier);
        }
    }

    private void Await(PendingDecision pending)
    {
        try
        {
            Worker!.Await(pending);
        }
        catch (Exception failure)
        {
            // It stands in no queue, say because a submitter's thread was interrupted: nobody else would ever tell it.
            pending.Fail(_ => failure);
            throw;
        }
    }
}
