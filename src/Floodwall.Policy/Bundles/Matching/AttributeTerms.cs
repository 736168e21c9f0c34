using Floodwall.Policy.Reading;
using Floodwall.Policy.Yaml;

namespace Floodwall.Policy.Matching;

/// <summary>Comparisons of an attribute with values, by its type.</summary>
internal sealed class AttributeTerms(ValueReader values)
{
    // The name of the element in exists(); the terms within read nothing else, so it cannot hide anything.
    private const string Element = "e";

    /// <summary>A term for "is one of these" or, of a list, "holds one of these"; null after a complaint.</summary>
    public string? Of(AttributeDeclaration attribute, List<YamlScalar> items)
    {
        string expression = CelText.Attribute(attribute.Name);
        string has = CelText.HasAttribute(attribute.Name);
        return attribute.Type switch
        {
            AttributeType.String => MatchKeys.IsCidr(attribute.Name)
                ? Networks(expression, items, $"({has} && {expression} != \"\")")
                : StringTerms.Of(expression, items, null, values, $"({has} && {expression} != \"\")"),
            AttributeType.StringList => List(attribute, expression, items, $"({has} && size({expression}) > 0)"),
            AttributeType.Int => Typed(expression, has, items, ScalarKind.Int),
            AttributeType.Bool => Typed(expression, has, items, ScalarKind.Bool),
            _ => Typed(expression, has, items, ScalarKind.Double),
        };
    }

    private string? List(AttributeDeclaration attribute, string expression, List<YamlScalar> items, string present)
    {
        if (items.Exists(item => item.Text == "*"))
        {
            return present;
        }

        if (items.Count == 1 && !items[0].Text.Contains('*', StringComparison.Ordinal) && !MatchKeys.IsCidr(attribute.Name))
        {
            return items[0].Text.Length == 0
                ? values.Fail<string>(items[0].Position, "expected a name or a pattern, got an empty text")
                : $"{CelText.Quote(items[0].Text)} in {expression}";
        }

        string? body = MatchKeys.IsCidr(attribute.Name)
            ? Networks(Element, items, present)
            : StringTerms.Of(Element, items, null, values, present);
        return body is null ? null : $"{expression}.exists({Element}, {body})";
    }

    /// <summary>
    /// A network stands for every network within it, but <c>/0</c> for itself alone: everything is within it, and who writes it
    /// means "open to the whole internet".
    /// </summary>
    private string? Networks(string expression, List<YamlScalar> items, string present)
    {
        var terms = new SortedSet<string>(StringComparer.Ordinal);
        foreach (YamlScalar item in items)
        {
            if (item.Text == "*")
            {
                terms.Add(present);
            }
            else if (CidrText.TryParse(item.Text, out CidrText cidr, out string? problem, out string? suggestion))
            {
                string network = CelText.Quote(cidr.Text);
                terms.Add(cidr.PrefixLength == 0 ? $"cidrContains({expression}, {network})" : $"cidrContains({network}, {expression})");
            }
            else
            {
                return values.Fail<string>(item.Position, problem, suggestion);
            }
        }

        return StringTerms.AnyOf(terms);
    }

    private string? Typed(string expression, string has, List<YamlScalar> items, ScalarKind kind)
    {
        var literals = new SortedSet<string>(StringComparer.Ordinal);
        foreach (YamlScalar item in items)
        {
            if (item.Text == "*")
            {
                return has;
            }

            if (Literals.Of(item, kind, values) is not string literal)
            {
                return null;
            }

            literals.Add(literal);
        }

        return Literals.Among(expression, literals);
    }
}
