using Floodwall.Policy.Cel;

namespace Floodwall.Policy.Tests.Cel;

/// <summary>The declarations of conformance tests (google/api/expr/v1alpha1/checked.proto) as an environment.</summary>
internal static class ConformanceTypes
{
    /// <summary>The standard environment with the test's variables and scope.</summary>
    public static CelEnvironment Environment(ConformanceTest test)
    {
        CelEnvironment environment = CelEnvironment.Standard.WithContainer(test.Container);
        foreach (TextProtoMessage declaration in test.Message.Messages("type_env"))
        {
            if (declaration.Message("ident") is TextProtoMessage ident)
            {
                environment = environment.WithVariable(declaration.Text("name"), Type(ident.Message("type")!));
            }
        }

        return environment;
    }

    private static CelType Type(TextProtoMessage type)
    {
        TextProtoField field = type.Fields.Single();
        return field.Name switch
        {
            "dyn" => CelType.Dyn,
            "null" => CelType.Null,
            "primitive" => field.AsScalar switch
            {
                "BOOL" => CelType.Bool,
                "INT64" => CelType.Int,
                "UINT64" => CelType.Uint,
                "DOUBLE" => CelType.Double,
                "STRING" => CelType.String,
                "BYTES" => CelType.Bytes,
                _ => throw new FormatException($"no primitive {field.AsScalar}"),
            },
            "list_type" => CelType.List(Type(field.AsMessage.Message("elem_type")!)),
            "map_type" => CelType.Map(Type(field.AsMessage.Message("key_type")!), Type(field.AsMessage.Message("value_type")!)),
            "well_known" => field.AsScalar switch
            {
                "TIMESTAMP" => CelType.Timestamp,
                "DURATION" => CelType.Duration,
                _ => CelType.Dyn,
            },
            "message_type" => field.AsText switch
            {
                "google.protobuf.Timestamp" => CelType.Timestamp,
                "google.protobuf.Duration" => CelType.Duration,
                _ => CelType.Of(new CelStruct(field.AsText, [])),
            },
            "type" => CelType.TypeOf(CelType.Dyn),
            _ => throw new FormatException($"no type {field.Name}"),
        };
    }
}
