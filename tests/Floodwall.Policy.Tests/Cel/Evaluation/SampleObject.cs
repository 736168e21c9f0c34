using Floodwall.Policy.Cel;

namespace Floodwall.Policy.Tests.Cel;

/// <summary>An object with a field that is set, one that is not, and one whose data are missing.</summary>
internal sealed class SampleObject : ICelObject
{
    public string TypeName => "test.Sample";

    public CelField Find(string name, out CelValue value)
    {
        (CelField how, value) = name switch
        {
            "set" => (CelField.Set, CelValue.Of(7L)),
            "unset" => (CelField.NotSet, CelValue.Of(0L)),
            "missing" => (CelField.Set, new CelUnknown("o.missing")),
            _ => (CelField.NoSuchField, CelValue.Null),
        };
        return how;
    }
}
