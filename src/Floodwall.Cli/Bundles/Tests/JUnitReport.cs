using System.Globalization;
using System.Text;
using System.Xml;

namespace Floodwall.Cli.Bundles.Tests;

/// <summary>Results as the XML that build servers read: a suite for each file, a case for each test. No durations, so equal runs give equal files.</summary>
internal static class JUnitReport
{
    public static byte[] Write(IReadOnlyList<PolicyTestResult> results)
    {
        using MemoryStream stream = new();
        using (XmlWriter xml = XmlWriter.Create(stream, new XmlWriterSettings { Indent = true, Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false) }))
        {
            xml.WriteStartElement("testsuites");
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

    private static void Counts(XmlWriter xml, IReadOnlyCollection<PolicyTestResult> results)
    {
        xml.WriteAttributeString("tests", results.Count.ToString(CultureInfo.InvariantCulture));
        xml.WriteAttributeString("failures", results.Count(result => !result.Passed).ToString(CultureInfo.InvariantCulture));
        xml.WriteAttributeString("errors", "0");
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
