using JobService.Api.Tests.Schedules;
using JobService.Api.Tests.Service;

namespace JobService.Api.Tests.Routes;

/// <summary>Each test replaces all rules, so those of this class run one after the other, on a service of their own.</summary>
public sealed class RouteTests(ApiService api) : IClassFixture<ApiService>
{
    private const string Routes = "/api/v1/routes";

    private const string Rules = """
        [{"name":"large","match":{"type":"payment.*","payload":{"/amount":{"gt":1000}}},"set":{"queue":"payments","priority":8,"limitKeys":["bank"],"retry":{"maxAttempts":3},"timeout":"10m"}},
         {"name":"low","match":{"tags":{"urgency":"low*"}},"set":{"queue":"batch"}}]
        """;

    [Fact]
    public async Task Rules_are_replaced_as_a_whole_by_whoever_knows_them()
    {
        var first = await PutAsync(Rules);
        var shown = (await api.GetAsync(Routes)).With(200);

        Assert.Equal((first.ETag, first.Text), (shown.ETag, shown.Text));
        (await api.GetAsync(Routes, $"If-None-Match: {first.ETag}")).With(304);

        // What is shown can be sent back.
        var again = (await api.SendAsync("PUT", Routes, shown.Text, $"If-Match: {shown.ETag}")).With(200);
        Assert.Equal(shown.Text, again.Text);

        (await api.SendAsync("PUT", Routes, "[]")).Problem(428, "precondition-required");
        (await api.SendAsync("PUT", Routes, "[]", $"If-Match: {first.ETag}")).Problem(412, "precondition-failed");
        Assert.Equal(shown.Text, (await api.GetAsync(Routes)).Text);
        Assert.Equal("[]", (await api.SendAsync("PUT", Routes, "[]", $"If-Match: {again.ETag}")).With(200).Text);
    }

    [Fact]
    public async Task A_job_goes_where_the_first_rule_that_it_meets_sends_it_however_it_comes()
    {
        await PutAsync(Rules);
        const string body = """{"type":"payment.capture","payload":{"amount":1000.01},"tags":{"urgency":"lowest"}}""";
        var bulk = (await api.PostAsync($"{Calls.Jobs}/bulk", $$"""{"jobs":[{{body}}]}""")).With(201);
        using var lines = new StringContent(body, System.Text.Encoding.UTF8, "application/x-ndjson");
        var streamed = (await api.SendAsync("POST", $"{Calls.Jobs}/bulk", lines)).With(200);
        var schedule = (await api.PutAsync("routed", $""" "at":"2090-01-01T00:00:00Z","job":{body} """)).With(201);
        string[] ids =
        [
            (await api.EnqueueAsync(body)).Id,
            bulk.Json.GetProperty("items")[0].GetProperty("id").GetString()!,
            streamed.Json.GetProperty("id").GetString()!,
            (await api.PostAsync($"{ScheduleCalls.Schedules}/routed/trigger", null)).With(201).Id,
        ];

        Assert.Equal("payments", schedule.Json.GetProperty("job").GetProperty("queue").GetString());
        foreach (var id in ids)
        {
            var job = (await api.GetAsync($"{Calls.Jobs}/{id}")).With(200);
            Assert.Equal(("payments", "rule:large", 8, 3), (job.Word("queue"), job.Word("routedBy"), job.Json.GetProperty("priority").GetInt32(), job.Json.GetProperty("maxAttempts").GetInt32()));
        }

        // A replay is as its original, whatever the rules are by then.
        await PutAsync("[]");
        Assert.Equal("rule:large", (await api.PostAsync($"{Calls.Jobs}/{ids[0]}/replay", null)).With(201).Word("routedBy"));
        Assert.Equal("default", (await api.EnqueueAsync(body)).Word("routedBy"));
    }

    [Fact]
    public async Task What_the_caller_says_comes_before_the_rules()
    {
        await PutAsync(Rules);
        var told = (await api.PostAsync($"{Calls.Jobs}/validate", """{"type":"payment.capture","payload":{"amount":2000},"queue":"mine","priority":1,"retry":{"base":"1s"},"timeout":"1s"}""")).With(200).Json;

        Assert.Equal(("mine", "request", "large"), (told.GetProperty("queue").GetString(), told.GetProperty("routedBy").GetString(), told.GetProperty("rule").GetString()));
        Assert.Equal((1, "1s", "bank"), (told.GetProperty("priority").GetInt32(), told.GetProperty("timeout").GetProperty("soft").GetString(), told.GetProperty("limitKeys")[0].GetString()));

        // A part of a policy is laid over what the rule has.
        Assert.Equal((3, "1s"), (told.GetProperty("retry").GetProperty("maxAttempts").GetInt32(), told.GetProperty("retry").GetProperty("base").GetString()));
    }

    [Fact]
    public async Task A_test_tells_which_rule_and_why_not_those_before_it()
    {
        await PutAsync(Rules);
        var told = (await api.PostAsync($"{Routes}/test", """{"type":"payment.capture","payload":{"amount":"1001"},"tags":{"urgency":"low"}}""")).With(200).Json;

        Assert.Equal(("low", "batch", "rule:low"), (told.GetProperty("rule").GetString(), told.GetProperty("queue").GetString(), told.GetProperty("routedBy").GetString()));
        Assert.Equal(["/amount is \"1001\", and the rule asks for gt 1000.", null], told.GetProperty("rules").Words("whyNot"));
        Assert.Equal((await api.GetAsync(Routes)).ETag, $"\"{told.GetProperty("version").GetInt64()}\"");
    }

    [Fact]
    public async Task A_rule_that_is_changed_on_one_process_holds_on_another()
    {
        await using var other = new ApiServiceBeside(api);
        await other.InitializeAsync();
        await PutAsync("""[{"name":"elsewhere","match":{"type":"else.*"},"set":{"queue":"elsewhere"}}]""");
        var version = long.Parse((await api.GetAsync(Routes)).ETag!.Trim('"'), System.Globalization.CultureInfo.InvariantCulture);
        const string body = """{"type":"else.job"}""";

        while ((await other.PostAsync($"{Routes}/test", body)).With(200).Json.GetProperty("version").GetInt64() < version)
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();

        Assert.Equal("rule:elsewhere", (await other.EnqueueAsync(body)).Word("routedBy"));
    }

    [Theory]
    [InlineData("""[{"match":{},"set":{}}]""", "/0/name")]
    [InlineData("""[{"name":"a","set":{}}]""", "/0/match")]
    [InlineData("""[{"name":"a","match":{}}]""", "/0/set")]
    [InlineData("""[{"name":"A","match":{},"set":{}}]""", "/0/name")]
    [InlineData("""[{"name":"a","match":{},"set":{}},{"name":"a","match":{},"set":{}}]""", "/1/name")]
    [InlineData("""[null]""", "/0")]
    [InlineData("""[{"name":"a","match":{"typ":"x"},"set":{"que":"x"},"else":1}]""", "/0/else /0/match/typ /0/set/que")]
    [InlineData("""[{"name":"a","match":{"payload":{"/a":{}}},"set":{}}]""", "/0/match/payload/~1a")]
    [InlineData("""[{"name":"a","match":{"payload":{"/a":{"like":"x"}}},"set":{}}]""", "/0/match/payload/~1a/like")]
    [InlineData("""[{"name":"a","match":{"payload":{"/a":{"gt":null,"in":5}}},"set":{}}]""", "/0/match/payload/~1a/gt /0/match/payload/~1a/in")]
    [InlineData("""[{"name":"a","match":{"payload":{"a":{"eq":1}}},"set":{}}]""", "/0/match/payload/a")]
    [InlineData("""[{"name":"a","match":{"tags":{"a b":"x","t":null}},"set":{}}]""", "/0/match/tags/t /0/match/tags/a b")]
    [InlineData("""[{"name":"a","match":{},"set":{"queue":"Q","priority":10,"retry":{"maxAttempts":0},"timeout":"x"}}]""", "/0/set/queue /0/set/priority /0/set/timeout /0/set/retry/maxAttempts")]
    [InlineData("""[{"name":"a","match":{},"set":{"retry":{"maxAttempts":0}}}]""", "/0/set/retry/maxAttempts")]
    [InlineData("""[null,{"match":{},"set":{"priority":10},"x":1},{"name":"A","match":{"type":""},"set":{}}]""", "/0 /1/x /1/name /1/set/priority /2/name /2/match/type")]
    [InlineData("""[{"name":"a","match":{},"set":{"limitKeys":["a b",null]}}]""", "/0/set/limitKeys/0 /0/set/limitKeys/1")]
    public async Task Rules_that_cannot_be_kept_are_refused(string body, string pointers) =>
        Assert.Equal(pointers, (await api.SendAsync("PUT", Routes, body, "If-Match: *")).Pointers());

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(67)]
    public async Task An_operand_that_is_no_single_value_is_refused_however_deep_it_is(int depth)
    {
        var operand = new string('[', depth) + new string(']', depth);
        Assert.Equal("/0/match/payload/~1x/eq", (await api.SendAsync("PUT", Routes, $$$"""[{"name":"a","match":{"payload":{"/x":{"eq":{{{operand}}} } } },"set":{}}]""", "If-Match: *")).Pointers());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[5]")]
    [InlineData("""[{"name":"a","name":"b"}]""")]
    [InlineData("""[{"name":"a","match":{"payload":{"/a":5}},"set":{}}]""")]
    public async Task What_is_no_list_of_rules_is_malformed(string body) =>
        (await api.SendAsync("PUT", Routes, body, "If-Match: *")).Problem(400, "malformed");

    private async Task<Answer> PutAsync(string rules) => (await api.SendAsync("PUT", Routes, rules, "If-Match: *")).With(200);
}
