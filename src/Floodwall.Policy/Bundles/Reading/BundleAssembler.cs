using Floodwall.Policy.Compilation;
using Floodwall.Policy.Matching;
using Floodwall.Policy.Yaml;

namespace Floodwall.Policy.Reading;

/// <summary>Makes one bundle of the roots of its files.</summary>
/// <remarks>Attributes are read from all files first: a map's meaning depends on the types that any of them declares.</remarks>
internal sealed class BundleAssembler
{
    private readonly DiagnosticBag _diagnostics;
    private readonly ValueReader _values;
    private readonly DeclaredAttributes _attributes;
    private readonly HeaderReader _header;
    private readonly PolicyReader _policies;
    private readonly ExemptionReader _exemptions;

    private readonly List<PolicyDocument> _allPolicies = [];
    private readonly List<ExemptionDocument> _allExemptions = [];
    private readonly List<(YamlScalar Node, bool IsRule)> _covered = [];
    private BundleMetadata? _metadata;
    private TickClock? _ticks;
    private HeaderReader.StaleAfter? _staleAfter;
    private PolicyDocument? _topLevel;

    public BundleAssembler(DiagnosticBag diagnostics)
    {
        _diagnostics = diagnostics;
        _values = new ValueReader(diagnostics);
        _attributes = new DeclaredAttributes(diagnostics);
        _header = new HeaderReader(_values);
        _policies = new PolicyReader(_values, _attributes);
        _exemptions = new ExemptionReader(_values);
    }

    /// <summary>The bundle, or null after a complaint.</summary>
    public PolicyBundle? Assemble(IReadOnlyList<YamlNode> roots)
    {
        var files = new List<FieldReader>();
        foreach (YamlNode root in roots)
        {
            if (_values.Mapping(root, "a policy bundle") is YamlMapping mapping)
            {
                files.Add(new FieldReader(mapping, BundleFields.Bundle, _values));
            }
        }

        foreach (FieldReader file in files)
        {
            ReadHeader(file);
        }

        bool headersAreGood = !_diagnostics.HasErrors;
        foreach (FieldReader file in files)
        {
            ReadPolicies(file);
            ReadExemptions(file);
        }

        if (_allPolicies.Count == 0 && !_diagnostics.HasErrors)
        {
            // Nothing would ever be denied by it, which nobody writes a file for.
            _diagnostics.Error(roots[0].Position, "expected policies or rules in a policy bundle, got none");
        }

        BundleChecks.UniquePolicies(_allPolicies, _diagnostics);
        BundleChecks.UniqueExemptions(_allExemptions, _diagnostics);
        BundleChecks.Covered(_covered, _allPolicies, _diagnostics);
        if (_diagnostics.HasErrors)
        {
            if (headersAreGood)
            {
                CheckConditions();
            }

            return null;
        }

        return Bundle();
    }

    private PolicyBundle Bundle() => new()
    {
        Metadata = _metadata ?? BundleMetadata.None,
        Attributes = _attributes.ToList(),
        Ticks = _ticks,
        StaleAfterTicks = _staleAfter?.Ticks ?? 0,
        Policies = _allPolicies,
        Exemptions = _allExemptions,
    };

    // What is wrong with the conditions of the rules that could be read is told with the rest. Without the header's declarations good ones
    // would seem wrong.
    private void CheckConditions()
    {
        foreach (PolicyDiagnostic problem in BundleChecker.Check(Bundle()).Diagnostics)
        {
            _diagnostics.Error(new SourcePosition(problem.File, problem.Line, problem.Column), problem.Message, problem.Suggestion);
        }
    }

    private void ReadHeader(FieldReader file)
    {
        file.Word("version", BundleWords.Versions, "v1");
        if (file.Find("attributes") is YamlNode attributes)
        {
            _header.Attributes(attributes, _attributes);
        }

        if (file.Find("metadata") is YamlNode metadata && _header.Metadata(metadata) is BundleMetadata stated)
        {
            _metadata = Once(_metadata, stated, "metadata", metadata.Position);
        }

        if (file.Find("ticks") is YamlNode ticks && _header.Ticks(ticks) is TickClock clock)
        {
            _ticks = Once(_ticks, clock, "ticks", ticks.Position);
        }

        if (file.Find("facts") is YamlNode facts && _header.Facts(facts) is HeaderReader.StaleAfter stale)
        {
            _staleAfter = Once(_staleAfter, stale, "facts", facts.Position);
        }
    }

    private T Once<T>(T? first, T second, string field, SourcePosition at)
        where T : class
    {
        if (first is not null && !first.Equals(second))
        {
            _diagnostics.Error(at, $"expected {field} in one file of a bundle only, got it in a second that says otherwise");
        }

        return second;
    }

    private void ReadPolicies(FieldReader file)
    {
        PolicyMode mode = file.Word("mode", BundleWords.Modes, PolicyMode.Enforce);
        if (file.Find("rules") is YamlNode rules)
        {
            TopLevel(rules, mode, file);
        }

        if (file.Find("policies") is not YamlNode list || _values.Sequence(list, "a list of policies") is not YamlSequence sequence)
        {
            return;
        }

        foreach (YamlNode item in sequence.Items)
        {
            if (_diagnostics.IsFull)
            {
                break;
            }

            if (_allPolicies.Count == BundleLimits.MaxPolicies)
            {
                _diagnostics.Error(item.Position, $"expected at most {BundleLimits.MaxPolicies} policies in a bundle");
                break;
            }

            if (_policies.Read(item, mode) is PolicyDocument policy)
            {
                _allPolicies.Add(policy);
            }
        }
    }

    /// <summary>Top-level rules of all files are one hard policy about everybody.</summary>
    private void TopLevel(YamlNode node, PolicyMode mode, FieldReader file)
    {
        List<RuleDocument> rules = _policies.Rules(node, PolicyType.Hard);
        int index = _allPolicies.FindIndex(policy => ReferenceEquals(policy, _topLevel));
        if (index < 0)
        {
            _topLevel = new PolicyDocument(PolicyDocument.TopLevelId, PolicyScope.Global, PolicyType.Hard, mode, rules, node.Position);
            _allPolicies.Add(_topLevel);
            return;
        }

        PolicyDocument before = _allPolicies[index];
        if (before.Mode != mode)
        {
            string here = BundleWords.Of(BundleWords.Modes, mode);
            string there = BundleWords.Of(BundleWords.Modes, before.Mode);
            _diagnostics.Error(
                file.At("mode"), $"expected one mode for the top-level rules of all files, got {here} here and {there} before");
        }

        _topLevel = before with { Rules = [.. before.Rules, .. rules] };
        _allPolicies[index] = _topLevel;
    }

    private void ReadExemptions(FieldReader file)
    {
        if (file.Find("exemptions") is not YamlNode node || _values.Sequence(node, "a list of exemptions") is not YamlSequence sequence)
        {
            return;
        }

        foreach (YamlNode item in sequence.Items)
        {
            if (_diagnostics.IsFull)
            {
                break;
            }

            if (_allExemptions.Count == BundleLimits.MaxExemptions)
            {
                _diagnostics.Error(item.Position, $"expected at most {BundleLimits.MaxExemptions} exemptions in a bundle");
                break;
            }

            if (_exemptions.Read(item, _covered) is ExemptionDocument exemption)
            {
                _allExemptions.Add(exemption);
            }
        }
    }
}
