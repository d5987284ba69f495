using System.Text;
using System.Text.Json;
using JobService.Core.Handlers;

namespace JobService.Core.Tests.Handlers;

public sealed class PayloadReaderTests
{
    [Fact]
    public void A_payload_is_read_by_the_web_defaults() =>
        Assert.Equal(new Order { Id = 7, Note = null, Items = 2 }, Read<Order>("""{"ID": "7", "note": null, "items": 2, "unknown": true}"""));

    [Theory]
    [InlineData("""{"id": "x", "items": 1}""", "$.id")]
    [InlineData("""{"items": 1}""", "id")]
    [InlineData("""{"id": 1, "items": null}""", "$.items")]
    [InlineData("""{"id": 1, "address": {"street": 5}}""", "$.address.street")]
    [InlineData("""{"id": 1, "address": null}""", "$.address")]
    [InlineData("[]", "$")]
    [InlineData("null", "null")]
    [InlineData("\"\\ud800\"", "$")]
    public void What_the_handler_does_not_take_is_refused_for_good_and_says_where(string payload, string where)
    {
        var refused = Assert.Throws<JobFailureException>(() => Read<Order>(payload));

        Assert.Equal(("payload.invalid", false), (refused.Type, refused.IsRetryable));
        Assert.Contains(where, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.5", 1.5)]
    [InlineData("\"1h30m\"", 5_400)]
    [InlineData("\"PT30S\"", 30)]
    [InlineData("\"00:00:30\"", 30)]
    public void A_duration_is_read_in_all_its_forms_and_written_in_one(string json, double seconds)
    {
        var duration = Read<TimeSpan>(json);

        Assert.Equal(TimeSpan.FromSeconds(seconds), duration);
        Assert.Equal(duration, Read<TimeSpan>(JsonSerializer.Serialize(duration, JobJson.Options)));
        Assert.DoesNotContain(":", JsonSerializer.Serialize(duration, JobJson.Options), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("1e300")]
    [InlineData("true")]
    [InlineData("\"soon\"")]
    [InlineData("\"30\"")]
    public void What_is_no_duration_is_refused_and_says_where(string json) => Assert.Contains(
        "Expected a duration: a number of seconds, or a string such as \"30s\" or \"PT30S\". Path: $.wait",
        Assert.Throws<JobFailureException>(() => Read<Delay>($$"""{"wait": {{json}}}""")).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_lone_surrogate_in_a_payload_is_refused_for_good() =>
        Assert.Equal("payload.invalid", Assert.Throws<JobFailureException>(() => Read<string>("\"\\ud800\"")).Type);

    [Fact]
    public void A_raw_payload_is_what_was_given()
    {
        Assert.Equal("""{"a":  1.0}""", Encoding.UTF8.GetString(Read<RawPayload>("""{"a":  1.0}""").Utf8Json.Span));
        Assert.Equal("null", Encoding.UTF8.GetString(Read<RawPayload>("null").Utf8Json.Span));
    }

    private static T Read<T>(string payload) => PayloadReader.Read<T>(Encoding.UTF8.GetBytes(payload));

    private sealed record Order
    {
        public required int Id { get; init; }

        public string? Note { get; init; }

        public int Items { get; init; }

        public Address Address { get; init; } = new("");
    }

    private sealed record Delay(TimeSpan Wait);

    private sealed record Address(string Street);
}
