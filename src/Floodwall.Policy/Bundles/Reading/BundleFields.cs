namespace Floodwall.Policy.Reading;

/// <summary>A field of a mapping: its name, and the other spellings that are taken for it.</summary>
internal sealed record Field(string Name, params string[] Aliases);

/// <summary>The fields of one kind of mapping.</summary>
/// <param name="What">What the mapping is, with its article, for messages.</param>
/// <param name="Fields">All its fields.</param>
internal sealed record FieldSet(string What, params Field[] Fields)
{
    /// <summary>Every spelling.</summary>
    public IEnumerable<string> Spellings => Fields.SelectMany(one => (string[])[one.Name, .. one.Aliases]);
}

/// <summary>The fields of policy files. docs/schemas/policy-bundle.schema.json has the same; a test compares them.</summary>
internal static class BundleFields
{
    public static readonly FieldSet Bundle = new(
        "a policy bundle",
        new("version"), new("metadata"), new("mode"), new("attributes"), new("ticks"), new("facts"), new("policies"), new("rules"), new("exemptions"));

    public static readonly FieldSet Metadata = new("the metadata", new("name"), new("revision"), new("description"), new("owner"));

    public static readonly FieldSet Ticks = new(
        "the ticks", new("perSecond", "per_second"), new("unixSecondsAtZero", "unix_seconds_at_zero"));

    public static readonly FieldSet Facts = new("the facts", new Field("staleAfter", "stale_after"));

    public static readonly FieldSet Attribute = new("an attribute", new("type"), new("maxSize", "max_size"));

    public static readonly FieldSet Policy = new("a policy", new("id"), new("scope"), new("type"), new("mode"), new("rules"));

    public static readonly FieldSet Rule = new(
        "a rule",
        new("id", "name"), new("condition", "if"), new("when"), new("match"), new("dialect"), new("decision", "action"),
        new("params"), new("priority"), new("reason"), new("onUnknown", "on_unknown"));

    public static readonly FieldSet ShapeParams = new(
        "the params of shape", new("algorithm"), new("wait"), new("factor"), new("maxWait", "max_wait"), new("reason"));

    public static readonly FieldSet DeferParams = new("the params of defer", new("until"), new("ticks"), new("reason"));

    public static readonly FieldSet SwitchParams = new("the params of switch", new("identity", "to"), new("reason"));

    public static readonly FieldSet OtherParams = new("the params of this decision", new Field("reason"));

    public static readonly FieldSet Exemption = new(
        "an exemption",
        new("id"), new("who"), new("policies"), new("rules"), new("why", "reason"), new("expires", "expires_tick"),
        new("maxUses", "max_uses"), new("breakGlass", "break_glass"));

    public static readonly FieldSet Who = new("the subject of an exemption", new("agent"), new("identity"), new("role"));
}
