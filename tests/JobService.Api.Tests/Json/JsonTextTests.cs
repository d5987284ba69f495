using System.Text;
using JobService.Api.Tests.Jobs;
using JobService.Core.Errors;
using JobService.Core.Jobs.Json;

namespace JobService.Api.Tests.Json;

public sealed class JsonTextTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("   ", "")]
    [InlineData("null", "")]
    [InlineData("[]", "")]
    [InlineData("5", "")]
    [InlineData("\"x\"", "")]
    [InlineData("{", "")]
    [InlineData("{\"type\":\"a\"", "/type")]
    [InlineData("{\"type\":\"a\"} x", "")]
    [InlineData("{\"type\":\"a\"}{}", "")]
    [InlineData("{\"type\":\"a\",}", "/type")]
    [InlineData("{'type':'a'}", "")]
    [InlineData("{\"type\":\"a\",\"payload\":{\"x\":[1,2,}}", "/payload/x/1")]
    [InlineData("{\"type\":\"a\" /* no */}", "/type")]
    [InlineData("{\"type\":\"a\",\"payload\":NaN}", "/payload")]
    [InlineData("{\"type\":\"a\",\"payload\":01}", "/payload")]
    [InlineData("{\"type\":\"a\",\"payload\":\"a\nb\"}", "/payload")]
    [InlineData("\uFEFF{\"type\":\"a\"}", "")]
    public void What_is_not_one_json_object_is_malformed(string body, string pointer) =>
        Assert.Equal((400, pointer), Requests.Refused(Requests.Enqueue(body)));

    [Theory]
    [InlineData("{\"type\":5}", "/type")]
    [InlineData("{\"type\":[\"a\"]}", "/type")]
    [InlineData("{\"type\":\"a\",\"priority\":\"5\"}", "/priority")]
    [InlineData("{\"type\":\"a\",\"priority\":5.5}", "/priority")]
    [InlineData("{\"type\":\"a\",\"priority\":1e1}", "/priority")]
    [InlineData("{\"type\":\"a\",\"metadata\":[]}", "/metadata")]
    [InlineData("{\"type\":\"a\",\"metadata\":\"x\"}", "/metadata")]
    [InlineData("{\"type\":\"a\",\n\n \"priority\" : {} }", "/priority")]
    [InlineData("{\"type\":\"a\",\"runAt\":1}", "/runAt")]
    [InlineData("{\"type\":\"a\",\"delay\":{}}", "/delay")]
    [InlineData("{\"type\":\"a\",\"delay\":[1]}", "/delay")]
    [InlineData("{\"type\":\"a\",\"tags\":[]}", "/tags")]
    [InlineData("{\"type\":\"a\",\"tags\":{\"tenant\":42}}", "/tags/tenant")]
    [InlineData("{\"type\":\"a\",\"tags\":{\"a/b~c\":{}}}", "/tags/a~1b~0c")]
    [InlineData("{\"type\":\"a\",\"retry\":5}", "/retry")]
    [InlineData("{\"type\":\"a\",\"retry\":{\"maxAttempts\":true}}", "/retry/maxAttempts")]
    [InlineData("{\"type\":\"a\",\"retry\":{\"factor\":\"2\"}}", "/retry/factor")]
    [InlineData("{\"type\":\"a\",\"retry\":{\"retryOn\":\"*\"}}", "/retry/retryOn")]
    [InlineData("{\"type\":\"a\",\"retry\":{\"failOn\":[\"x\",7]}}", "/retry/failOn/1")]
    [InlineData("{\"type\":\"a\",\"retry\":{\"delays\":[1,\"2s\",false]}}", "/retry/delays/2")]
    [InlineData("{\"type\":\"a\",\"timeout\":true}", "/timeout")]
    [InlineData("{\"type\":\"a\",\n\"timeout\":{\"soft\":\"1s\",\n\"hard\":[]}}", "/timeout/hard")]
    public void A_wrong_type_is_malformed_and_pointed_at(string body, string pointer) =>
        Assert.Equal((400, pointer), Requests.Refused(Requests.Enqueue(body)));

    [Theory]
    [InlineData("{\"type\":\"a\",\"type\":\"b\"}", "/type")]
    [InlineData("{\"type\":\"a\",\"ty\\u0070e\":\"b\"}", "/type")]
    [InlineData("{\"type\":\"a\",\"tags\":{\"x\":\"1\",\"x\":\"1\"}}", "/tags/x")]
    [InlineData("{\"type\":\"a\",\"nope\":1,\"nope\":1}", "/nope")]
    [InlineData("{\"type\":\"a\",\"timeout\":{\"soft\":1,\"soft\":1}}", "/timeout/soft")]
    [InlineData("{\"type\":\"a\",\"payload\":1,\"payload\":1}", "/payload")]
    [InlineData("{\"type\":\"a\",\"payload\":{\"x\":1,\"x\":1}}", "/payload/x")]
    [InlineData("{\"type\":\"a\",\"payload\":[{},{\"b\":{\"x\":1,\"\\u0078\":1}}]}", "/payload/1/b/x")]
    [InlineData("{\"type\":\"a\",\"metadata\":{\"\":1,\"\":1}}", "/metadata/")]
    public void A_member_twice_is_malformed(string body, string pointer) =>
        Assert.Equal((400, pointer), Requests.Refused(Requests.Enqueue(body)));

    [Theory]
    [InlineData("{\"type\":\"a\\u0000\"}", "/type")]
    [InlineData("{\"type\":\"a\",\"payload\":{\"x\":[\"\\u0000\"]}}", "/payload/x/0")]
    [InlineData("{\"type\":\"a\",\"payload\":{\"x\":\"\\\\\\u0000\"}}", "/payload/x")]
    [InlineData("{\"type\":\"a\",\"payload\":\"\\ud800\"}", "/payload")]
    [InlineData("{\"type\":\"a\",\"payload\":\"\\uD83D\\uD83D\\uDE00\"}", "/payload")]
    [InlineData("{\"type\":\"a\",\"payload\":\"\\uD83Dx\"}", "/payload")]
    [InlineData("{\"type\":\"a\",\"payload\":\"\\uDE00\\uD83D\"}", "/payload")]
    [InlineData("{\"type\":\"a\",\"tags\":{\"k\":\"\\udfff\"}}", "/tags/k")]
    public void What_can_not_be_stored_is_malformed(string body, string pointer) =>
        Assert.Equal((400, pointer), Requests.Refused(Requests.Enqueue(body)));

    [Theory]
    [InlineData("{\"type\":\"a\",\"payload\":{\"a\\u0000\":1}}")]
    [InlineData("{\"type\":\"a\",\"payload\":{\"\\ud800\":1}}")]
    public void Neither_can_the_name_of_a_member(string body) =>
        Assert.StartsWith("/payload/", Requests.Refused(Requests.Enqueue(body)).Pointers, StringComparison.Ordinal);

    [Theory]
    [InlineData("\"\\\\u0000\"")]
    [InlineData("\"\\uD83D\\uDE00 😀 \\\"\\\\ud800\"")]
    [InlineData("{\"a\":{\"x\":1},\"b\":{\"x\":1},\"x\":[{\"x\":1},{\"x\":1}]}")]
    [InlineData(" [ 1.0, -0 , 1e400,123456789012345678901234567890 ] ")]
    [InlineData("null")]
    [InlineData("false")]
    public void A_payload_is_kept_to_the_byte(string payload)
    {
        var job = Requests.Accepted($$"""{ "type":"a","payload":{{payload}},"priority":3 }""");

        Assert.Equal(payload.Trim(), Encoding.UTF8.GetString(job.Payload.Span));
        Assert.Equal(3, job.Priority.Value);
    }

    [Theory]
    [InlineData(new byte[] { 0xC3, 0x28 })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    [InlineData(new byte[] { 0xFF })]
    [InlineData(new byte[] { 0xC0, 0x80 })]
    public void Bytes_that_are_not_utf_8_are_malformed(byte[] bytes)
    {
        byte[] body = [.. "{\"type\":\"a\",\"payload\":{\"x\":\""u8, .. bytes, .. "\"}}"u8];

        Assert.Equal((400, "/payload/x"), Requests.Refused(Requests.Enqueue(body)));
    }

    [Fact]
    public void A_raw_nul_is_malformed() =>
        Assert.Equal((400, "/payload"), Requests.Refused(Requests.Enqueue("{\"type\":\"a\",\"payload\":\"\0\"}")));

    [Theory]
    [InlineData("[", "", "]")]
    [InlineData("{\"a\":", "1", "}")]
    public void A_payload_may_nest_64_deep_and_no_deeper(string open, string inner, string close)
    {
        string Nested(int depth) =>
            $$"""{"type":"a","payload":{{string.Concat(Enumerable.Repeat(open, depth))}}{{inner}}{{string.Concat(Enumerable.Repeat(close, depth))}}}""";

        Assert.Equal(Nested(64), $$"""{"type":"a","payload":{{Encoding.UTF8.GetString(Requests.Accepted(Nested(64)).Payload.Span)}}}""");
        Assert.Equal(400, Requests.Refused(Requests.Enqueue(Nested(65))).Status);
        Assert.Equal(400, Requests.Refused(Requests.Enqueue(Nested(10_000))).Status);
        Assert.Equal(400, Requests.Refused(Requests.Enqueue(Nested(10_000).Replace("payload", "unknown", StringComparison.Ordinal))).Status);
        Assert.Equal(400, Requests.Refused(Requests.Enqueue(string.Concat(Enumerable.Repeat(open, 100_000)))).Status);
    }

    [Fact]
    public void Many_members_are_told_apart_and_a_repeated_one_among_them_is_found()
    {
        var members = string.Join(',', Enumerable.Range(0, 5_000).Select(i => $"\"m{i}\":{i}"));

        Assert.Equal($"{{{members}}}", Encoding.UTF8.GetString(Requests.Accepted($$$"""{"type":"a","payload":{{{{members}}}}}""").Payload.Span));
        Assert.Equal((400, "/payload/m4711"), Requests.Refused(Requests.Enqueue($$$"""{"type":"a","payload":{{{{members}}},"m4711":0}}""")));
    }

    [Fact]
    public void A_fault_far_down_or_under_a_long_name_is_pointed_at_as_far_as_is_readable()
    {
        var (_, pointer) = Requests.Refused(Requests.Enqueue($$$$"""{"type":"a","payload":{"x":{"{{{{new string('n', 100_000)}}}}":["\u0000"]}}}"""));

        Assert.Equal("/payload/x", pointer);
    }

    [Fact]
    public void Every_fault_says_what_was_expected_and_names_no_clr_type()
    {
        string Detail(string body) =>
            Requests.Enqueue(body).IsRefused(out var refusal, out _) && refusal is Refusal.Malformed { Faults: [var fault] } ? fault.Detail : "";

        Assert.Equal("Expected a string.", Detail("{\"type\":5}"));
        Assert.Equal("Expected an object.", Detail("{\"retry\":5}"));
        Assert.Equal("Expected an array.", Detail("{\"retry\":{\"retryOn\":5}}"));
        Assert.Equal("Expected a number.", Detail("{\"retry\":{\"factor\":[]}}"));
        Assert.Equal("Expected a whole number.", Detail("{\"priority\":1.5}"));
        Assert.Equal(StrictWalk.RepeatedMember, Detail("{\"type\":\"a\",\"type\":\"a\"}"));
        Assert.StartsWith("Expected a duration", Detail("{\"timeout\":{\"hard\":false}}"), StringComparison.Ordinal);
        Assert.StartsWith("The text is not JSON", Detail("{\"type\":"), StringComparison.Ordinal);
    }
}
