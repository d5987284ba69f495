using System.Text;
using JobService.Core.Errors;
using JobService.Core.Keys;

namespace JobService.Core.Tests.Keys;

public sealed class UniquePolicyTests
{
    [Theory]
    [InlineData("""{"a":1}""", """{ "a" : 1.0 , "b": 2 }""", true)]
    [InlineData("""{"a":1}""", """{"a":10e-1}""", true)]
    [InlineData("""{"a":100}""", """{"a":1E+2}""", true)]
    [InlineData("""{"a":0}""", """{"a":-0.00e9}""", true)]
    [InlineData("""{"a":-1}""", """{"a":1}""", false)]
    [InlineData("""{"a":12345678901234567890}""", """{"a":12345678901234567891}""", false)]
    [InlineData("""{"a":1e400}""", """{"a":1e401}""", false)]
    [InlineData("""{"a":1e9999999999}""", """{"a":1E9999999999}""", true)]
    [InlineData("""{"a":"1"}""", """{"a":1}""", false)]
    [InlineData("""{"a":null}""", """{"a":"null"}""", false)]
    [InlineData("""{"a":"ä/"}""", """{"a":"\u00e4\/"}""", true)]
    [InlineData("""{"a":{"x":1,"y":[2,{}]}}""", """{"a":{"y":[2,{ }],"x":1}}""", true)]
    [InlineData("""{"a":[1,2]}""", """{"a":[2,1]}""", false)]
    public void Values_are_compared_by_what_they_mean(string one, string other, bool areSame) =>
        Assert.Equal(areSame, KeyOf(["/a"], one).Value == KeyOf(["/a"], other).Value);

    [Fact]
    public void Type_and_paths_are_part_of_the_key_and_their_order_is_not()
    {
        const string payload = """{"a":1,"b":1}""";

        Assert.NotEqual(KeyOf(["/a"], payload).Value, KeyOf(["/b"], payload).Value);
        Assert.NotEqual(KeyOf(["/a"], payload).Value, KeyOf(["/a"], payload, "other").Value);
        Assert.NotEqual(KeyOf(["/a"], payload).Value, KeyOf(["/a", "/b"], payload).Value);
        Assert.Equal(KeyOf(["/a", "/b"], payload).Value, KeyOf(["/b", "/a", "/b"], payload).Value);
        Assert.NotEqual(KeyHash.OfUnique("k"), KeyHash.OfRequest(actor: null, "k"));
        Assert.NotEqual(KeyHash.OfRequest("a", "k"), KeyHash.OfRequest(actor: null, "k"));
        Assert.NotEqual(KeyHash.OfRequest("a", "bk"), KeyHash.OfRequest("ab", "k"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/a~1b/0/~0")]
    [InlineData("/")]
    public void A_path_finds_its_value(string path) => Assert.Null(KeyOf([path], """{"a/b":[{"~":1}],"":2}""").Refusal);

    [Theory]
    [InlineData("/a/1")]
    [InlineData("/a/00")]
    [InlineData("/a/-")]
    [InlineData("/a/99999999999")]
    [InlineData("/b")]
    [InlineData("/a/0/x")]
    public void A_path_that_leads_nowhere_is_a_fault(string path) =>
        Assert.Equal("/unique/paths/0", Assert.Single(Assert.IsType<Refusal.Invalid>(KeyOf([path], """{"a":[1]}""").Refusal).Faults).Pointer);

    [Fact]
    public void Its_stored_key_never_changes()
    {
        // A later version that made another key of it would forget every key that is held.
        Assert.Equal("5a521033-436a-12c9-11ec-ca1accc2d52f", KeyHash.OfUnique("user-42").Value.ToString());
        Assert.Equal("426b2f25-7f0a-fc13-d45d-f13d59771eba", KeyOf(["/a"], """{"a":1}""").Value.Value.ToString());
        Assert.Equal("cb46aa88-adea-0d15-7fe1-c5aadbc66e8e", KeyHash.OfRequest("me", "k").Value.ToString());
    }

    private static Result<KeyHash> KeyOf(string[] paths, string payload, string type = "demo.echo") =>
        new UniquePolicy { Paths = paths }.KeyOf(type, Encoding.UTF8.GetBytes(payload), "/unique");
}
