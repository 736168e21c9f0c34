using System.Globalization;
using System.Text.Json;
using Floodwall.Cli.Formats.Derivation;
using Floodwall.Cli.Formats.Json;
using Floodwall.Pipeline;

namespace Floodwall.Cli.Formats.Kubernetes;

/// <summary>Reads Kubernetes audit events (audit.k8s.io v1 and v1beta1), one a line or as an EventList. Mapping: docs/intents.md.</summary>
internal sealed class AuditLogReader(ReadContext context)
{
    /// <summary>Reads the changes.</summary>
    public IEnumerable<ChangeRecord> Read()
    {
        foreach (JsonUnit unit in new JsonSequence(context, "EventList").Read())
        {
            ChangeRecord? record = null;
            try
            {
                record = Event(unit);
            }
            catch (InputException e)
            {
                context.Fail(e);
            }

            if (record is not null)
            {
                yield return record;
            }
        }
    }

    private ChangeRecord? Event(JsonUnit unit)
    {
        if (unit.Bytes.Length > context.Limits.ElementBytes)
        {
            throw new InputException(unit.Position, $"expected at most {context.Limits.ElementBytes} bytes in one event, got {unit.Bytes.Length}");
        }

        using JsonDocument document = JsonText.Parse(unit.Bytes, unit.Position);
        JsonFields fields = JsonFields.Of(document.RootElement, unit.Position);
        CheckKind(fields);
        string stage = fields.RequiredText("stage");
        string verb = fields.RequiredText("verb");
        if (stage is not ("RequestReceived" or "ResponseStarted" or "ResponseComplete" or "Panic"))
        {
            throw fields.Wrong("stage", "RequestReceived, ResponseStarted, ResponseComplete or Panic");
        }

        string? skipped = verb switch
        {
            "get" or "list" or "watch" or "head" or "options" => $"read ({verb})",
            "create" or "update" or "patch" or "delete" or "deletecollection" => stage == "ResponseComplete" ? null : $"stage {stage}",
            _ => $"verb {JsonText.Shown(verb, 24)}",
        };
        if (skipped is null)
        {
            return Change(fields, verb);
        }

        context.Report.Skip(skipped);
        return null;
    }

    private static void CheckKind(JsonFields fields)
    {
        if (fields.Text("kind") is not (null or "Event"))
        {
            throw fields.Wrong("kind", "Event or EventList");
        }

        if (fields.Text("apiVersion") is not (null or "audit.k8s.io/v1" or "audit.k8s.io/v1beta1"))
        {
            throw fields.Wrong("apiVersion", "audit.k8s.io/v1 or audit.k8s.io/v1beta1");
        }
    }

    private ChangeRecord Change(JsonFields fields, string verb)
    {
        JsonFields? request = fields.ObjectOrNothing("requestObject");
        JsonFields? response = fields.ObjectOrNothing("responseObject");
        JsonFields user = fields.RequiredObject("user");
        string agent = Names.Check(user.RequiredText("username"), user.Position.Member("username"));
        KubernetesResource? target = Target(fields, request, response);
        string resource = target?.FullName ?? Path(fields);
        Names.Check(resource, fields.Position.Member("objectRef"));
        JsonFields? impersonated = fields.Object("impersonatedUser");
        IntentAction action = KubernetesVerbs.Action(verb, target);
        uint replicas = 0;
        if (action == IntentAction.Scale)
        {
            uint? found = ScaleReplicas.Find(fields.Find("requestObject"), verb == "patch", response, fields.Position);
            replicas = found ?? 0;
            if (found is null)
            {
                context.Report.Remark("scale without a replica count in the log, taken as 0 (destructive)");
            }
        }

        if (IsDryRun(fields))
        {
            context.Report.Remark("dry run, decided like any other");
        }

        ChangeFacts facts = KubernetesVerbs.Facts(InputFormat.KubernetesAudit, agent, resource, action, verb, target, request, response);
        Derived derived = context.Derive(facts, fields.Position);
        return new ChangeRecord
        {
            Agent = agent,
            Resource = resource,
            Action = action,
            ManifestDigest = action == IntentAction.Apply && fields.Find("requestObject") is JsonElement body ? CanonicalJson.Digest(body) : null,
            Replicas = replicas,
            Priority = derived.Priority,
            BlastRadius = derived.BlastRadius,
            Topic = derived.Topic,
            Environment = derived.Environment,
            Identity = impersonated?.Text("username") is string name
                ? Names.Check(name, fields.Position.Member("impersonatedUser").Member("username")) : null,
            SubmittedTick = Tick(fields),
            IdempotencyKey = fields.Text("auditID") is string id ? IdempotencyKeys.From(id) : null,
            Position = fields.Position,
        };
    }

    private static KubernetesResource? Target(JsonFields fields, JsonFields? request, JsonFields? response)
    {
        if (fields.Object("objectRef") is not JsonFields target)
        {
            return null;
        }

        // The response knows the name that the server made up; the request knows at most its beginning.
        return KubernetesResource.Of(
            target.Text("apiGroup"), target.RequiredText("resource"), target.Text("namespace"), target.Text("name"), target.Text("subresource"),
            response, request);
    }

    /// <summary>A request outside the resource API is named by its path.</summary>
    private static string Path(JsonFields fields) =>
        (fields.Text("requestURI") ?? throw fields.Wrong("objectRef", "an object")).Split('?')[0];

    private static bool IsDryRun(JsonFields fields) =>
        fields.Text("requestURI")?.Split('?') is [_, string query, ..] && query.Split('&').Contains("dryRun=All");

    /// <summary>When the request reached the server, in milliseconds since 1970; v1beta1 servers before 1.8 wrote it as <c>timestamp</c>.</summary>
    private static ulong? Tick(JsonFields fields)
    {
        foreach (string name in (string[])["requestReceivedTimestamp", "stageTimestamp", "timestamp"])
        {
            if (fields.Text(name) is string text)
            {
                return text.Length is >= 20 and <= 40 && text[4] == '-' && text[10] == 'T'
                    && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
                    && time.ToUnixTimeMilliseconds() >= 0
                    ? (ulong)time.ToUnixTimeMilliseconds()
                    : throw fields.Wrong(name, "an RFC 3339 time from 1970 on");
            }
        }

        return null;
    }
}
