using Floodwall.Crypto;

namespace Floodwall.Policy.Tests.Bundles;

public sealed class FolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("floodwall-bundles-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_folder_is_its_files_in_ordinal_order_of_their_names()
    {
        Write("b.yml", "policies: [{id: two, rules: [{id: a, condition: x, decision: deny}]}]");
        Write("a.yaml", "mode: audit\npolicies: [{id: one, rules: [{id: a, condition: x, decision: deny}]}]");
        Write("B.yaml", "metadata: {name: m, revision: 3}\npolicies: [{id: zero, rules: [{id: a, condition: x, decision: deny}]}]");
        Write("notes.txt", "not a policy: [");
        Directory.CreateDirectory(Path.Combine(_folder, "c.yaml"));
        PolicyBundle bundle = BundleReader.ReadPath(_folder).Bundle!;
        Assert.Equal(["zero", "one", "two"], bundle.Policies.Select(policy => policy.Id));
        Assert.Equal([PolicyMode.Enforce, PolicyMode.Audit, PolicyMode.Enforce], bundle.Policies.Select(policy => policy.Mode));
        Assert.Equal(3ul, bundle.Metadata.Revision);
    }

    [Fact]
    public void Conflicts_between_files_name_both_places()
    {
        string a = Write("a.yaml", "metadata: {name: a}\nattributes: {n: int}\npolicies:\n- {id: p, rules: [{id: a, condition: x, decision: deny}]}\n");
        string b = Write("b.yaml", "metadata: {name: b}\nattributes: {n: bool}\npolicies:\n- {id: p, rules: [{id: a, condition: x, decision: deny}]}\n");
        Assert.Equal(
            [
                $"{b}:1:11: error: expected metadata in one file of a bundle only, got it in a second that says otherwise",
                $"{b}:2:14: error: expected one declaration of the attribute 'n', got a different second one",
                $"{b}:4:3: error: expected each policy id once, got 'p' a second time (first at {a}:4:3)",
            ],
            BundleReader.ReadPath(_folder).Diagnostics.Select(found => found.ToString()));
    }

    [Fact]
    public void Top_level_rules_of_all_files_are_one_policy()
    {
        Write("a.yaml", "rules: [{id: a, condition: true, decision: deny}]");
        Write("b.yaml", "rules: [{id: b, condition: true, decision: deny}]");
        PolicyDocument policy = Assert.Single(BundleReader.ReadPath(_folder).Bundle!.Policies);
        Assert.Equal(["a", "b"], policy.Rules.Select(rule => rule.Id));

        string c = Write("c.yaml", "mode: audit\nrules: [{id: a, condition: true, decision: deny}]");
        Assert.Equal(
            [
                $"{c}:1:7: error: expected one mode for the top-level rules of all files, got audit here and enforce before",
                $"{c}:2:9: error: expected each rule id once, got 'a' a second time (first at {Path.Combine(_folder, "a.yaml")}:1:9)",
            ],
            BundleReader.ReadPath(_folder).Diagnostics.Select(found => found.ToString()));
    }

    [Fact]
    public void What_cannot_be_read_is_a_diagnostic()
    {
        Assert.Contains("got none", Assert.Single(BundleReader.ReadPath(_folder).Diagnostics).Message, StringComparison.Ordinal);
        PolicyDiagnostic missing = Assert.Single(BundleReader.ReadPath(Path.Combine(_folder, "missing.yaml")).Diagnostics);
        Assert.Contains("expected a readable file or folder", missing.Message, StringComparison.Ordinal);
        Assert.Contains("expected a readable", Assert.Single(BundleReader.ReadPath("").Diagnostics).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_large_file_is_refused_by_its_length_alone()
    {
        string path = Path.Combine(_folder, "large.yaml");
        using (FileStream stream = File.Create(path))
        {
            stream.SetLength(1L << 33);
        }

        Assert.Contains("expected at most 10485760 bytes", Assert.Single(BundleReader.ReadPath(_folder).Diagnostics).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_without_an_end_is_read_to_the_limit_only()
    {
        Assert.SkipUnless(File.Exists("/dev/zero"), "no /dev/zero here");
        Assert.Contains("expected at most 10485760 bytes", Assert.Single(BundleReader.ReadPath("/dev/zero").Diagnostics).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Whether_bundles_have_to_be_signed_is_said_by_the_one_who_loads()
    {
        using Ed25519Signer signer = Ed25519Signer.Generate("k");
        string plain = Write("a.yaml", Seeds.Everything);
        string signed = Path.Combine(_folder, "a.note");
        File.WriteAllBytes(signed, SignedBundle.Sign(Seeds.Bundle(Seeds.Everything), signer));
        var strict = new BundleTrust(true, [signer.VerifierKey], "production-guard");
        Assert.NotNull(BundleReader.ReadPath(signed, strict, 6).Bundle);
        Assert.Contains("expected a revision above 7", Assert.Single(BundleReader.ReadPath(signed, strict, 7).Diagnostics).Message, StringComparison.Ordinal);
        Assert.Contains("takes no other", Assert.Single(BundleReader.ReadPath(plain, strict, 0).Diagnostics).Message, StringComparison.Ordinal);
        Assert.Contains("takes no other", Assert.Single(BundleReader.ReadPath(_folder, strict, 0).Diagnostics).Message, StringComparison.Ordinal);
        Assert.NotNull(BundleReader.ReadPath(plain, strict with { RequireSigned = false }, 0).Bundle);
        Assert.Contains("a key that may sign bundles", Assert.Single(BundleReader.ReadPath(signed, strict with { RequireSigned = false, Keys = [] }, 0).Diagnostics).Message, StringComparison.Ordinal);
        Assert.Contains("readable", Assert.Single(BundleReader.ReadPath(Path.Combine(_folder, "x"), strict, 0).Diagnostics).Message, StringComparison.Ordinal);
    }

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
