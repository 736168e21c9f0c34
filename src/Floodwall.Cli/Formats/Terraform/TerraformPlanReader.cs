using System.Text.Json;
using Floodwall.Cli.Formats.Derivation;
using Floodwall.Cli.Formats.Io;
using Floodwall.Cli.Formats.Json;
using Floodwall.Pipeline;

namespace Floodwall.Cli.Formats.Terraform;

/// <summary>Reads the plan that <c>terraform show -json</c> prints, format versions 0.1 to 1.x. Mapping: docs/intents.md.</summary>
/// <remarks>The plan is held as bytes and walked once to find its parts; then one resource change at a time is parsed.</remarks>
internal sealed class TerraformPlanReader(ReadContext context)
{
    /// <summary>Reads the changes.</summary>
    public IEnumerable<ChangeRecord> Read()
    {
        WholeDocument document;
        PlanOutline outline;
        try
        {
            document = WholeDocument.Load(context.Input, context.File, context.Limits.DocumentBytes);
            outline = PlanOutline.Of(document, context.Report);
        }
        catch (InputException e)
        {
            context.FailForGood(e);
            yield break;
        }

        if (outline.Changes is not Range changes)
        {
            context.Report.Note("the plan has no resource_changes" + outline.WhyNone);
            yield break;
        }

        ReadOnlyMemory<byte> array = document.Bytes[changes];
        int offset = 0;
        for (int index = 0; JsonSlices.NextElement(array.Span, ref offset, out Range slice); index++)
        {
            SourcePosition position = document.At(changes.Start.Value + slice.Start.Value, $"$.resource_changes[{index}]");
            foreach (ChangeRecord record in Element(new JsonUnit(array[slice], position)))
            {
                yield return record;
            }
        }

        if (offset == 0)
        {
            context.Report.Note("the plan's resource_changes are empty" + outline.WhyNone);
        }
    }

    private ChangeRecord[] Element(JsonUnit unit)
    {
        try
        {
            if (unit.Bytes.Length > context.Limits.ElementBytes)
            {
                throw new InputException(
                    unit.Position, $"expected at most {context.Limits.ElementBytes} bytes in one resource change, got {unit.Bytes.Length}");
            }

            using JsonDocument document = JsonText.Parse(unit.Bytes, unit.Position);
            return ResourceChange(JsonFields.Of(document.RootElement, unit.Position));
        }
        catch (InputException e)
        {
            context.Fail(e);
            return [];
        }
    }

    private ChangeRecord[] ResourceChange(JsonFields element)
    {
        JsonFields change = element.RequiredObject("change");
        string actions = Actions(change);
        if (element.Text("mode") == "data")
        {
            actions = "read";
        }

        switch (actions)
        {
            case "no-op" or "read" or "open" or "forget":
                context.Report.Skip(actions == "forget" ? "forget (leaves the state only)" : actions);
                return [];
            case "create" or "update":
                return [Record(element, change, IntentAction.Apply, actions, 0)];
            case "create,forget":
                context.Report.Remark("replacement that leaves the old object standing (create, forget)");
                return [Record(element, change, IntentAction.Apply, "create", 0)];
            case "delete":
                if (element.Text("deposed") is not null)
                {
                    context.Report.Remark("deposed object deleted, named by its resource's address");
                }

                return [Record(element, change, IntentAction.Destroy, "delete", 0)];
            case "delete,create" or "create,delete":
                if (actions == "create,delete")
                {
                    context.Report.Remark("replacement that creates before it destroys, decided as Destroy, then Apply");
                }

                return [Record(element, change, IntentAction.Destroy, "delete", 0), Record(element, change, IntentAction.Apply, "create", 1)];
            default:
                throw new InputException(
                    change.Position.Member("actions"),
                    "expected no-op, create, read, update, delete, open, forget, delete with create or create with forget, "
                    + $"got \"{JsonText.Shown(actions)}\"");
        }
    }

    private static string Actions(JsonFields change)
    {
        if (change.Find("actions") is not { ValueKind: JsonValueKind.Array } list || list.GetArrayLength() is 0 or > 2)
        {
            throw change.Wrong("actions", "an array of one or two actions");
        }

        var words = new List<string>();
        foreach (JsonElement word in list.EnumerateArray())
        {
            words.Add(word.ValueKind == JsonValueKind.String ? word.GetString()! : throw change.Wrong("actions", "an array of strings"));
        }

        return string.Join(',', words);
    }

    private ChangeRecord Record(JsonFields element, JsonFields change, IntentAction action, string verb, int followsBack)
    {
        string agent = context.Options.DefaultAgent;
        string address = Names.Check(element.RequiredText("address"), element.Position.Member("address"));
        var facts = new ChangeFacts
        {
            Format = InputFormat.TerraformPlan,
            Agent = agent,
            Resource = address,
            Action = action,
            Verb = verb,
            Type = Names.Check(element.RequiredText("type"), element.Position.Member("type")),
            Name = element.Text("name") ?? "",
            Module = element.Text("module_address") ?? "",
            EnvTag = EnvironmentTag(change, action),
        };
        Derived derived = context.Derive(facts, element.Position);
        return new ChangeRecord
        {
            Agent = agent,
            Resource = address,
            Action = action,
            ManifestDigest = action == IntentAction.Apply && change.Find("after") is JsonElement after ? CanonicalJson.Digest(after) : null,
            Priority = derived.Priority,
            BlastRadius = derived.BlastRadius,
            Topic = derived.Topic,
            Environment = derived.Environment,
            FollowsBack = followsBack,
            Attributes = action == IntentAction.Apply ? IngressCidr.Of(facts.Type, change.ObjectOrNothing("after")) : [],
            Position = element.Position,
        };
    }

    /// <summary>Where a thing is destroyed, the tags it has count; otherwise those it is to have.</summary>
    private static string EnvironmentTag(JsonFields change, IntentAction action)
    {
        JsonFields? state = change.ObjectOrNothing(action == IntentAction.Destroy ? "before" : "after");
        foreach (string member in (string[])["tags_all", "tags", "labels"])
        {
            if (state?.ObjectOrNothing(member) is JsonFields tags && EnvironmentTags.Find(tags) is { Length: > 0 } tag)
            {
                return tag;
            }
        }

        return "";
    }
}
