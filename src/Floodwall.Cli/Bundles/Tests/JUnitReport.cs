using System.Globalization;
using System.Text;
using System.Xml;

namespace Floodwall.Cli.Bundles.Tests;

/// <summary>Results as the XML that build servers read: a suite for each file, a case for each test. No durations, so equal runs give equal files.</summary>
internal static class JUnitReport
{
    /// <summary>The results of tests that ran.</summary>
    public static byte[] Write(IReadOnlyList<PolicyTestResult> results) => Write(xml =>
    {
        Counts(xml, results);
        foreach (IGrouping<string, PolicyTestResult> file in results.GroupBy(result => result.Test.File, StringComparer.Ordinal))
        {
            xml.WriteStartElement("testsuite");
            xml.WriteAttributeString("name", Clean(file.Key));
            Counts(xml, [.. file]);
            foreach (PolicyTestResult result in file)
            {
                Case(xml, result);
            }

            xml.WriteEndElement();
        }
    });

    /// <summary>What kept the tests from running: one suite with one case in error.</summary>
    /// <param name="name">The suite.</param>
    /// <param name="errors">What is wrong, a line each; one at least.</param>
    public static byte[] WriteErrors(string name, IReadOnlyList<string> errors) => Write(xml =>
    {
        Counts(xml, tests: 1, failures: 0, errors: 1);
        xml.WriteStartElement("testsuite");
        xml.WriteAttributeString("name", Clean(name));
        Counts(xml, tests: 1, failures: 0, errors: 1);
        xml.WriteStartElement("testcase");
        xml.WriteAttributeString("name", "bundle and tests can be read");
        xml.WriteAttributeString("classname", Clean(name));
        xml.WriteStartElement("error");
        xml.WriteAttributeString("message", Clean(errors[0]));
        xml.WriteString(Clean(string.Join("\n", errors)));
        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteEndElement();
    });

    private static byte[] Write(Action<XmlWriter> suites)
    {
        using MemoryStream stream = new();
        using (XmlWriter xml = XmlWriter.Create(stream, new XmlWriterSettings { Indent = true, Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false) }))
        {
            xml.WriteStartElement("testsuites");
            suites(xml);
            xml.WriteEndElement();
        }

        return stream.ToArray();
    }

    private static void Case(XmlWriter xml, PolicyTestResult result)
    {
        xml.WriteStartElement("testcase");
        xml.WriteAttributeString("name", Clean(result.Test.Name));
        xml.WriteAttributeString("classname", Clean(Path.GetFileName(result.Test.File)));
        xml.WriteAttributeString("file", Clean(result.Test.File));
        xml.WriteAttributeString("line", result.Test.Position.Line.ToString(CultureInfo.InvariantCulture));
        if (!result.Passed)
        {
            xml.WriteStartElement("failure");
            xml.WriteAttributeString("message", Clean($"{result.Failure[0].Trim()}, {result.Failure[1].Trim()}"));
            xml.WriteString(Clean(string.Join("\n", result.Failure)));
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void Counts(XmlWriter xml, IReadOnlyCollection<PolicyTestResult> results) =>
        Counts(xml, results.Count, results.Count(result => !result.Passed), errors: 0);

    private static void Counts(XmlWriter xml, int tests, int failures, int errors)
    {
        xml.WriteAttributeString("tests", tests.ToString(CultureInfo.InvariantCulture));
        xml.WriteAttributeString("failures", failures.ToString(CultureInfo.InvariantCulture));
        xml.WriteAttributeString("errors", errors.ToString(CultureInfo.InvariantCulture));
    }

    // XML has no way to write some characters at all.
    private static string Clean(string text)
    {
        StringBuilder clean = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            bool isAllowed = rune.Value is '\t' or '\n' or '\r' or >= 0x20 and not (0xFFFE or 0xFFFF);
            clean.Append(isAllowed ? rune.ToString() : "\uFFFD");
        }

        return clean.ToString();
    }
}
