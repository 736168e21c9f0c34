namespace Floodwall.Pipeline;

/// <summary>Feeds one command to the intake. Shared by every way the wall can run.</summary>
internal static class CommandRunner
{
    /// <returns>Whether the command was a Submit whose intent now waits in the queue.</returns>
    public static bool Run<TSink>(Intake intake, in WallCommand command, ref TSink sink, RuleId stageFault)
        where TSink : IIntakeSink, allows ref struct
    {
        bool waits = Dispatch(intake, in command, ref sink, stageFault);
        if (intake.IsSnapshotDue)
        {
            intake.Snapshot(ref sink);
        }

        return waits;
    }

    /// <summary>As <see cref="Run"/>, for an intent that lies anywhere.</summary>
    /// <returns>Whether the intent now waits in the queue.</returns>
    public static bool RunSubmit<TSink>(Intake intake, in Intent intent, uint ticket, ref TSink sink, RuleId stageFault)
        where TSink : IIntakeSink, allows ref struct
    {
        bool waits = Submit(intake, in intent, ticket, ref sink, stageFault);
        if (intake.IsSnapshotDue)
        {
            intake.Snapshot(ref sink);
        }

        return waits;
    }

    private static bool Dispatch<TSink>(Intake intake, in WallCommand command, ref TSink sink, RuleId stageFault)
        where TSink : IIntakeSink, allows ref struct
    {
        switch (command.Kind)
        {
            case CommandKind.Submit:
                return Submit(intake, in command.Intent, command.Ticket, ref sink, stageFault);

            case CommandKind.Advance:
                intake.AdvanceTo(command.Tick, ref sink);
                return false;

            case CommandKind.Drain:
                intake.Drain(ref sink);
                return false;

            case CommandKind.Checkpoint:
                sink.Checkpoint();
                return false;

            case CommandKind.Resume:
                intake.Resume(ref sink);
                return false;

            case CommandKind.Close:
                intake.Close(ref sink);
                return false;

            case CommandKind.Fact:
                intake.Accept(in command.Fact, ref sink);
                return false;

            case CommandKind.Swap:
                intake.Swap(command.Ticket, ref sink);
                return false;

            default:
                return false;
        }
    }

    private static bool Submit<TSink>(Intake intake, in Intent intent, uint ticket, ref TSink sink, RuleId stageFault)
        where TSink : IIntakeSink, allows ref struct
    {
        try
        {
            return intake.Submit(in intent, ticket, ref sink);
        }
#pragma warning disable CA1031 // a stage that throws costs one intent, not the wall
        catch (Exception)
#pragma warning restore CA1031
        {
            sink.Fault(in intent, Verdict.Reject(stageFault), intake.Clock, ticket);
            return false;
        }
    }
}
