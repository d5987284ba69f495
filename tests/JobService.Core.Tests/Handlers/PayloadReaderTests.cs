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
    [InlineData("""{"id": "x", "items": 1}""", "At /id: Expected a whole number, not too large.")]
    [InlineData("""{"id": 1.5}""", "At /id: Expected a whole number, not too large.")]
    [InlineData("""{"id": 3000000000}""", "At /id: Expected a whole number, not too large.")]
    [InlineData("""{"items": 1}""", "It needs id.")]
    [InlineData("""{"id": 1, "items": null}""", "At /items: Expected a whole number, not too large, not null.")]
    [InlineData("""{"id": 1, "ADDRESS": {"street": 5}}""", "At /ADDRESS/street: Expected a string.")]
    [InlineData("""{"id": 1, "address": null}""", "At /address: Expected an object, not null.")]
    [InlineData("""{"id": 1, "rates": {"a.b/c": [1, "x"]}}""", "At /rates/a.b~1c/1: Expected a number.")]
    [InlineData("""{"id": 1, "isPaid": "yes"}""", "At /isPaid: Expected true or false.")]
    [InlineData("""{"id": 1, "at": "soon"}""", "At /at: Expected a time such as 2026-12-01T08:00:00+01:00.")]
    [InlineData("[]", "Expected an object.")]
    [InlineData("null", "The payload is null, and the handler needs one.")]
    [InlineData("\"\\ud800\"", "Expected an object.")]
    [InlineData("{\"id\": 1", "It is not JSON from here on.")]
    public void What_the_handler_does_not_take_is_refused_for_good_in_the_words_of_whoever_wrote_it(string payload, string told)
    {
        var refused = Assert.Throws<JobFailureException>(() => Read<Order>(payload));

        Assert.Equal(("payload.invalid", false), (refused.Type, refused.IsRetryable));
        Assert.EndsWith(told, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"id": "7"}""", "At /id: Expected a whole number, not too large.")]
    [InlineData("""{"ID": 7}""", "At /ID: There is no such member; there are id, note.")]
    [InlineData("""{"id": 7, "more": 1}""", "At /more: There is no such member; there are id, note.")]
    public void A_strict_payload_is_taken_by_the_letter(string payload, string told)
    {
        Assert.Equal(7, Read<Exact>("""{"id": 7}""").Id);
        Assert.EndsWith(told, Assert.Throws<JobFailureException>(() => Read<Exact>(payload)).Message, StringComparison.Ordinal);
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
        Assert.Equal(duration, Read<TimeSpan>(JsonSerializer.Serialize(duration, HandlerJson.Options)));
        Assert.DoesNotContain(":", JsonSerializer.Serialize(duration, HandlerJson.Options), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("1e300")]
    [InlineData("true")]
    [InlineData("\"soon\"")]
    [InlineData("\"30\"")]
    public void What_is_no_duration_is_refused_and_says_where(string json) => Assert.Contains(
        "At /wait: Expected a duration: a number of seconds, or a string such as \"30s\" or \"PT30S\".",
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

        public Dictionary<string, double[]>? Rates { get; init; }

        public bool IsPaid { get; init; }

        public DateTimeOffset At { get; init; }
    }

    [StrictPayload]
    private sealed record Exact
    {
        public required int Id { get; init; }

        public string? Note { get; init; }
    }

    private sealed record Delay(TimeSpan Wait);

    private sealed record Address(string Street);
}
