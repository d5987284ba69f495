using System.Text.Json;
using JobService.Api.Tests.EnqueueInSql;
using JobService.Api.Tests.Schedules;
using JobService.Api.Tests.Service;

namespace JobService.Api.Tests.JobTypes;

public sealed class JobTypeTests(ApiService api) : IClassFixture<ApiService>
{
    private const string Types = "/api/v1/job-types";

    private const string Schema = """{"type":"object","required":["amount"],"properties":{"amount":{"type":"number","exclusiveMinimum":0},"lines":{"items":{"required":["sku"]}}}}""";

    [Fact]
    public async Task A_payload_that_the_schema_does_not_take_is_refused_with_a_pointer_however_it_comes()
    {
        await PutAsync("schema.refuses", $$"""{"schema":{{Schema}}}""");
        const string body = """{"type":"schema.refuses","payload":{"amount":0,"lines":[{"sku":1},{}]}}""";
        const string faults = "/payload/amount /payload/lines/1/sku";

        Assert.Equal(faults, (await api.PostAsync(Calls.Jobs, body)).Pointers());
        Assert.Equal(faults, (await api.PostAsync($"{Calls.Jobs}/validate", body)).Pointers());
        Assert.Equal(faults.Replace("/payload", "/jobs/1/payload", StringComparison.Ordinal), (await api.PostAsync($"{Calls.Jobs}/bulk", $$"""{"jobs":[{"type":"other"},{{body}}]}""")).Pointers());
        Assert.Equal(faults.Replace("/payload", "/job/payload", StringComparison.Ordinal), (await api.PutAsync("refused", $""" "every":"1h","job":{body} """)).Pointers());
        Assert.Equal("/payload", (await api.PostAsync(Calls.Jobs, """{"type":"schema.refuses"}""")).Pointers());
        using var lines = new StringContent(body, System.Text.Encoding.UTF8, "application/x-ndjson");
        Assert.Equal(422, (await api.SendAsync("POST", $"{Calls.Jobs}/bulk", lines)).With(200).Json.GetProperty("status").GetInt32());

        var job = await api.EnqueueAsync("""{"type":"schema.refuses","payload":{"amount":1e400}}""");
        Assert.Equal("/payload/amount", (await api.SendAsync("PATCH", $"{Calls.Jobs}/{job.Id}", """{"payload":{"amount":-1}}""")).Pointers());
        (await api.PostAsync($"{Calls.Jobs}/{job.Id}/cancel", null)).With(200);
        Assert.Equal("/payload/amount", (await api.PostAsync($"{Calls.Jobs}/{job.Id}/retry", """{"payload":{"amount":-1}}""")).Pointers());
        Assert.Equal("/payload/amount", (await api.PostAsync($"{Calls.Jobs}/{job.Id}/replay", """{"payload":{"amount":-1}}""")).Pointers());
    }

    [Fact]
    public async Task Defaults_of_a_type_settle_what_its_callers_do_not()
    {
        await PutAsync("defaults.settle", """{"defaults":{"queue":"own","priority":7,"retry":{"maxAttempts":2},"timeout":{"soft":"1s","hard":"2s"},"limitKeys":["a","b"]}}""");
        var told = (await api.PostAsync($"{Calls.Jobs}/validate", """{"type":"defaults.settle","retry":{"base":"3s"}}""")).With(200).Json;
        var job = await api.EnqueueAsync("""{"type":"defaults.settle"}""");

        Assert.Equal(("own", "type", 7, 2), (job.Word("queue"), job.Word("routedBy"), job.Json.GetProperty("priority").GetInt32(), job.Json.GetProperty("maxAttempts").GetInt32()));
        Assert.Equal(["a", "b"], told.GetProperty("limitKeys").EnumerateArray().Select(key => key.GetString()));
        Assert.Equal((2, "3s"), (told.GetProperty("retry").GetProperty("maxAttempts").GetInt32(), told.GetProperty("retry").GetProperty("base").GetString()));
        Assert.Equal("request", (await api.EnqueueAsync("""{"type":"defaults.settle","queue":"mine"}""")).Word("routedBy"));
    }

    [Fact]
    public async Task A_type_is_put_as_a_whole_and_only_over_what_its_editor_knows()
    {
        var first = await PutAsync("type.edited", $$$"""{"schema":{{{Schema}}},"defaults":{"queue":"q"}}""");

        Assert.Equal(("api", "\"1\"", Schema), (first.Word("schemaSource"), first.ETag, first.Json.GetProperty("schema").GetRawText()));
        (await api.SendAsync("PUT", $"{Types}/type.edited", "{}", "If-Match: \"0\"")).Problem(412, "precondition-failed");
        var second = (await api.SendAsync("PUT", $"{Types}/type.edited", "{}", $"If-Match: {first.ETag}")).With(200);
        Assert.Equal((JsonValueKind.Null, JsonValueKind.Null), (second.Json.GetProperty("schema").ValueKind, second.Json.GetProperty("defaults").GetProperty("queue").ValueKind));
        Assert.Equal(2, (await api.GetAsync($"{Types}/type.edited")).With(200).Json.GetProperty("revision").GetInt32());
    }

    [Fact]
    public async Task Workers_tell_the_schemas_of_their_handlers()
    {
        var handled = await UntilToldAsync("demo.flaky");

        Assert.Equal("handler", handled.Word("schemaSource"));
        Assert.Single(handled.Json.GetProperty("handledBy").EnumerateArray());
        Assert.Equal("/payload/failures", (await api.PostAsync(Calls.Jobs, """{"type":"demo.flaky","payload":{"failures":"two"}}""")).Pointers());

        // Over the API anything may be given instead.
        await PutAsync("demo.flaky", """{"schema":true}""");
        (await api.EnqueueAsync("""{"type":"demo.flaky","payload":{"failures":"two"},"delay":"1h"}""")).With(201);
        Assert.Equal("handler", (await PutAsync("demo.flaky", """{"schema":null}""")).Word("schemaSource"));
    }

    [Theory]
    [InlineData("http.request", null, "/payload")]
    [InlineData("http.request", "null", "/payload")]
    [InlineData("http.request", "{}", "/payload/url")]
    [InlineData("http.request", """{"url":null}""", "/payload/url")]
    [InlineData("demo.sleep", null, "/payload")]
    [InlineData("demo.sleep", """{"duration":true}""", "/payload/duration")]
    [InlineData("demo.flaky", """{"failures":99999999999}""", "/payload/failures")]
    public async Task A_payload_that_a_handler_would_refuse_is_refused_when_it_comes_also_in_SQL(string type, string? payload, string pointer)
    {
        await UntilToldAsync(type);

        Assert.Equal(pointer, (await api.PostAsync(Calls.Jobs, $$"""{"type":"{{type}}"{{(payload is null ? "" : $",\"payload\":{payload}")}}}""")).Pointers());
        Assert.Null(await new BothWays(api).CompareAsync(new EnqueueCase(type, payload, "{}")));
    }

    [Fact]
    public async Task A_type_that_nobody_handles_is_shown_and_its_jobs_wait()
    {
        var job = await api.EnqueueAsync("""{"type":"nobody.handles"}""");
        var shown = (await api.GetAsync($"{Types}/nobody.handles")).With(200).Json;
        var listed = (await api.PagesAsync($"{Types}?limit=3")).SelectMany(page => page).ToArray();
        var explained = (await api.GetAsync($"{Calls.Jobs}/{job.Id}/explain")).With(200).Json;

        Assert.Empty(shown.GetProperty("handledBy").EnumerateArray());
        Assert.Contains("nobody.handles", listed.Select(type => type.GetProperty("type").GetString()));
        Assert.Contains("No live worker has a handler for 'nobody.handles'.", explained.GetProperty("reasons")[1].GetProperty("detail").GetString(), StringComparison.Ordinal);
        (await api.GetAsync($"{Types}/No.Type")).Problem(404, "not-found");
        Assert.Equal("type", (await api.SendAsync("PUT", $"{Types}/No.Type", "{}")).Pointers());
    }

    [Fact]
    public async Task A_type_tells_how_long_its_jobs_took()
    {
        await api.RunAsync("""{"type":"demo.echo"}""");
        var timings = (await api.GetAsync($"{Types}/demo.echo")).With(200).Json.GetProperty("timings");

        Assert.True(timings.GetProperty("jobs").GetInt32() >= 1);
        Assert.NotEmpty(timings.GetProperty("runMedian").GetString()!);
    }

    [Theory]
    [InlineData("""{"schema":{"properties":{"a":{"$ref":"https://example.com"}}}}""", "/schema/properties/a/$ref")]
    [InlineData("""{"schema":{"pattern":"(?=a)"}}""", "/schema/pattern")]
    [InlineData("""{"schema":5}""", "/schema")]
    [InlineData("""{"schema":{"foo":1},"defaults":{"queue":"Q"},"other":1}""", "/other /schema/foo /defaults/queue")]
    [InlineData("""{"defaults":{"limitKeys":["a b"]}}""", "/defaults/limitKeys/0")]
    [InlineData("""{"defaults":{"retry":{"maxAttempts":0}}}""", "/defaults/retry/maxAttempts")]
    public async Task What_cannot_be_kept_of_a_type_is_refused(string body, string pointers) =>
        Assert.Equal(pointers, (await api.SendAsync("PUT", $"{Types}/type.refused", body)).Pointers());

    [Fact]
    public async Task Swagger_shows_a_job_of_each_type_that_has_a_schema()
    {
        await PutAsync("swagger.shows", $$"""{"schema":{{Schema}}}""");
        var shown = (await api.GetAsync("/swagger/v1/swagger.json")).With(200).Json.GetProperty("paths").GetProperty("/api/v1/jobs").GetProperty("post")
            .GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("examples").GetProperty("swagger.shows").GetProperty("value");

        Assert.Equal("swagger.shows", shown.GetProperty("type").GetString());
        (await api.PostAsync($"{Calls.Jobs}/validate", shown.GetRawText())).With(200);
    }

    private async Task<Answer> PutAsync(string type, string body) => (await api.SendAsync("PUT", $"{Types}/{type}", body)).With(200);

    /// <summary>A worker tells of its handlers as it starts, and this process hears of it.</summary>
    private async Task<Answer> UntilToldAsync(string type)
    {
        while ((await api.PostAsync($"{Calls.Jobs}/validate", $$"""{"type":"{{type}}","payload":5}""")).Status != 422)
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        return (await api.GetAsync($"{Types}/{type}")).With(200);
    }
}
