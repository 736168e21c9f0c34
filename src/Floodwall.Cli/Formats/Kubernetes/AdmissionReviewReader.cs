using System.Text.Json;
using Floodwall.Cli.Formats.Derivation;
using Floodwall.Cli.Formats.Json;
using Floodwall.Pipeline;

namespace Floodwall.Cli.Formats.Kubernetes;

/// <summary>Reads AdmissionReview requests (admission.k8s.io v1 and v1beta1), one or many in an input. Mapping: docs/intents.md.</summary>
internal sealed class AdmissionReviewReader(ReadContext context)
{
    /// <summary>Reads the changes.</summary>
    public IEnumerable<ChangeRecord> Read()
    {
        foreach (JsonUnit unit in new JsonSequence(context, listKind: null).Read())
        {
            ChangeRecord? record = null;
            try
            {
                record = Review(unit);
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

    private ChangeRecord Review(JsonUnit unit)
    {
        if (unit.Bytes.Length > context.Limits.ElementBytes)
        {
            throw new InputException(unit.Position, $"expected at most {context.Limits.ElementBytes} bytes in one review, got {unit.Bytes.Length}");
        }

        using JsonDocument document = JsonText.Parse(unit.Bytes, unit.Position);
        JsonFields review = JsonFields.Of(document.RootElement, unit.Position);
        if (review.RequiredText("kind") != "AdmissionReview")
        {
            throw review.Wrong("kind", "AdmissionReview");
        }

        if (review.RequiredText("apiVersion") is not ("admission.k8s.io/v1" or "admission.k8s.io/v1beta1"))
        {
            throw review.Wrong("apiVersion", "admission.k8s.io/v1 or admission.k8s.io/v1beta1");
        }

        if (review.Find("request") is null && review.Find("response") is not null)
        {
            throw new InputException(review.Position.Member("request"), "expected an object, got a review that holds a response alone");
        }

        return Change(review.RequiredObject("request"));
    }

    private ChangeRecord Change(JsonFields request)
    {
        string verb = request.RequiredText("operation") switch
        {
            "CREATE" => "create",
            "UPDATE" => "update",
            "DELETE" => "delete",
            "CONNECT" => "connect",
            _ => throw request.Wrong("operation", "CREATE, UPDATE, DELETE or CONNECT"),
        };
        JsonFields user = request.RequiredObject("userInfo");
        string agent = Names.Check(user.RequiredText("username"), user.Position.Member("username"));
        JsonFields type = request.RequiredObject("resource");
        JsonFields? after = request.ObjectOrNothing("object");
        JsonFields? before = request.ObjectOrNothing("oldObject");
        var target = KubernetesResource.Of(
            type.Text("group"), type.RequiredText("resource"), request.Text("namespace"), request.Text("name"), request.Text("subResource"),
            after, before);
        string resource = Names.Check(target.FullName, request.Position.Member("resource"));
        IntentAction action = KubernetesVerbs.Action(verb, target);
        uint replicas = 0;
        if (action == IntentAction.Scale)
        {
            // Reviews carry the whole object even where the client sent a patch.
            uint? found = ScaleReplicas.Find(request.Find("object"), isPatch: false, response: null, request.Position.Member("object"));
            replicas = found ?? throw request.Wrong("object", "a Scale with a spec");
        }

        if (request.Flag("dryRun"))
        {
            context.Report.Remark("dry run, decided like any other");
        }

        ChangeFacts facts = KubernetesVerbs.Facts(InputFormat.AdmissionReview, agent, resource, action, verb, target, after, before);
        Derived derived = context.Derive(facts, request.Position);
        return new ChangeRecord
        {
            Agent = agent,
            Resource = resource,
            Action = action,
            ManifestDigest = action == IntentAction.Apply && after is JsonFields manifest ? CanonicalJson.Digest(manifest.Element) : null,
            Replicas = replicas,
            Priority = derived.Priority,
            BlastRadius = derived.BlastRadius,
            Topic = derived.Topic,
            Environment = derived.Environment,
            IdempotencyKey = IdempotencyKeys.From(request.RequiredText("uid")),
            Position = request.Position,
        };
    }
}
