using System.Text;
using JobService.Api.Jobs;
using JobService.Api.Json;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Queues;
using JobService.Core.Retries;
using JobService.Core.Routing;
using JobService.Core.Timeouts;

namespace JobService.Api.Tests.Jobs;

public sealed class JobRequestValidatorTests
{
    [Fact]
    public void A_type_is_enough_and_all_else_has_its_default()
    {
        var job = Requests.Accepted("""{"type":"email.send"}""");

        Assert.Equal("email.send", job.Type.Name);
        Assert.Equal("null", Encoding.UTF8.GetString(job.Payload.Span));
        Assert.Equal((QueueName.Default, JobPriority.Default), (job.Queue, job.Priority));
        Assert.Same(JobPolicies.Default, job.Policies);
        Assert.Empty(job.Tags);
        Assert.Null(job.Metadata);
        Assert.Null(job.RunAt);
        Assert.Null(job.Delay);
    }

    [Fact]
    public void Everything_of_the_contract_is_taken_over()
    {
        var job = Requests.Accepted("""
            {"type":"email.send","payload":{"to": "a@example.com"},"queue":"high","priority":9,"runAt":"2026-12-01T08:00:00+01:00","expiresAt":"2026-12-01T09:00:00+01:00",
             "deadline":"2026-12-01T10:00:00+01:00",
             "retry":{"maxAttempts":3,"backoff":"polynomial","base":"5s","factor":3,"max":"2h","jitter":"full","maxElapsed":"1d","retryOn":["http.*"],"failOn":["validation.*"]},
             "timeout":{"soft":"30s","hard":"60s"},"tags":{"tenant":"42"},"metadata":{"a": 1},"keepResult":"7d"}
            """);

        Assert.Equal(new DateTimeOffset(2026, 12, 1, 7, 0, 0, TimeSpan.Zero), job.RunAt);
        Assert.Equal("{\"to\": \"a@example.com\"}", Encoding.UTF8.GetString(job.Payload.Span));
        Assert.Equal("{\"a\": 1}", Encoding.UTF8.GetString(job.Metadata!.Value.Span));
        Assert.Equal(("high", 9, "42"), (job.Queue.Name, job.Priority.Value, job.Tags["tenant"]));
        Assert.Equal(new TimeoutPolicy { Soft = TimeSpan.FromSeconds(30), Hard = TimeSpan.FromSeconds(60) }, job.Policies.Timeout);
        Assert.Equal(TimeSpan.FromDays(7), job.Policies.KeepResult);
        var retry = job.Policies.Retry;
        Assert.Equal((3, BackoffKind.Polynomial, 3d, Jitter.Full), (retry.MaxAttempts, retry.Backoff, retry.Factor, retry.Jitter));
        Assert.Equal((TimeSpan.FromSeconds(5), TimeSpan.FromHours(2), TimeSpan.FromDays(1)), (retry.Base, retry.Max, retry.MaxElapsed!.Value));
        Assert.Equal(["http.*", "validation.*"], [.. retry.RetryOn, .. retry.FailOn]);
    }

    [Fact]
    public void A_null_counts_as_left_out() =>
        Assert.Equal(
            Requests.Accepted("""{"type":"a"}""").Policies,
            Requests.Accepted("""
                {"type":"a","payload":null,"queue":null,"priority":null,"runAt":null,"delay":null,"expiresAt":null,"deadline":null,"tags":null,"metadata":null,"keepResult":null,
                 "retry":{"maxElapsed":null,"retryOn":null},"timeout":{"soft":null}}
                """).Policies);

    [Theory]
    [InlineData("{}", "/type")]
    [InlineData("{\"type\":null}", "/type")]
    [InlineData("{\"type\":\"\"}", "/type")]
    [InlineData("{\"type\":\"Email\"}", "/type")]
    [InlineData("{\"type\":\"-a\"}", "/type")]
    [InlineData("{\"type\":\"a b\"}", "/type")]
    [InlineData("{\"Type\":\"a\",\"type\":\"a\"}", "/Type")]
    [InlineData("{\"type\":\"a\",\"queue\":\"x y\"}", "/queue")]
    [InlineData("{\"type\":\"a\",\"priority\":10}", "/priority")]
    [InlineData("{\"type\":\"a\",\"priority\":-1}", "/priority")]
    [InlineData("{\"type\":\"a\",\"payLoad\":{}}", "/payLoad")]
    [InlineData("{\"type\":\"a\",\"unique\":{}}", "/unique")]
    [InlineData("{\"type\":\"a\",\"unique\":{\"key\":\"k\",\"paths\":[\"\"]}}", "/unique")]
    [InlineData("{\"type\":\"a\",\"unique\":{\"key\":\"\"}}", "/unique/key")]
    [InlineData("{\"type\":\"a\",\"unique\":{\"key\":\"k\",\"scope\":\"ever\",\"onConflict\":\"drop\",\"typo\":1}}", "/unique/typo /unique/scope /unique/onConflict")]
    [InlineData("{\"type\":\"a\",\"unique\":{\"key\":\"k\",\"scope\":\"window\"}}", "/unique/window")]
    [InlineData("{\"type\":\"a\",\"unique\":{\"key\":\"k\",\"window\":\"10m\"}}", "/unique/window")]
    [InlineData("{\"type\":\"a\",\"unique\":{\"key\":\"k\",\"scope\":\"window\",\"window\":\"366d\"}}", "/unique/window")]
    [InlineData("{\"type\":\"a\",\"unique\":{\"key\":\"k\",\"maxWait\":\"1h\"}}", "/unique/maxWait")]
    [InlineData("{\"type\":\"a\",\"unique\":{\"key\":\"k\",\"onConflict\":\"debounce\"}}", "/delay")]
    [InlineData("{\"type\":\"a\",\"unique\":{\"paths\":[\"user\",\"/a~2\",null]}}", "/unique/paths/0 /unique/paths/1 /unique/paths/2")]
    [InlineData("{\"type\":\"a\",\"payload\":{\"user\":1},\"unique\":{\"paths\":[\"/user\",\"/usr\",\"/user/0\"]}}", "/unique/paths/1 /unique/paths/2")]
    [InlineData("{\"type\":\"a\",\"limitKeys\":[\"a b\"]}", "/limitKeys/0")]
    [InlineData("{\"type\":\"a\",\"sequence\":\"a b\"}", "/sequence")]
    [InlineData("{\"type\":\"a\",\"sequence\":\"\"}", "/sequence")]
    [InlineData("{\"type\":\"a\",\"sequence\":{}}", "/sequence/key")]
    [InlineData("{\"type\":\"a\",\"sequence\":{\"key\":\"-a\",\"onFailure\":\"stop\",\"kee\":1}}", "/sequence/kee /sequence/onFailure /sequence/key")]
    [InlineData("{\"type\":\"a\",\"a~/b\":1}", "/a~0~1b")]
    [InlineData("{\"type\":\"a\",\"runAt\":\"2026-12-01T08:00:00Z\",\"delay\":1}", "/delay")]
    [InlineData("{\"type\":\"a\",\"runAt\":\"tomorrow\"}", "/runAt")]
    [InlineData("{\"type\":\"a\",\"runAt\":\"2026-12-01T08:00:00\"}", "/runAt")]
    [InlineData("{\"type\":\"a\",\"runAt\":\"1969-12-31T23:59:59Z\"}", "/runAt")]
    [InlineData("{\"type\":\"a\",\"runAt\":\"9001-01-01T00:00:00Z\"}", "/runAt")]
    [InlineData("{\"type\":\"a\",\"deadline\":\"9999-01-01T00:00:00Z\"}", "/deadline")]
    [InlineData("{\"type\":\"a\",\"runAt\":\"2026-12-01T08:00:00Z\",\"expiresAt\":\"2026-12-01T07:59:59Z\"}", "/expiresAt")]
    [InlineData("{\"type\":\"a\",\"runAt\":\"2026-12-01T08:00:00Z\",\"deadline\":\"2026-12-01T07:59:59Z\"}", "/deadline")]
    [InlineData("{\"type\":\"a\",\"delay\":-1}", "/delay")]
    [InlineData("{\"type\":\"a\",\"delay\":1e400}", "/delay")]
    [InlineData("{\"type\":\"a\",\"delay\":\"99999999999999999999d\"}", "/delay")]
    [InlineData("{\"type\":\"a\",\"delay\":\"3651d\"}", "/delay")]
    [InlineData("{\"type\":\"a\",\"delay\":\"soon\"}", "/delay")]
    [InlineData("{\"type\":\"a\",\"delay\":\"\"}", "/delay")]
    [InlineData("{\"type\":\"a\",\"keepResult\":\"366d\"}", "/keepResult")]
    [InlineData("{\"type\":\"a\",\"priority\":99999999999999999999}", "/priority")]
    [InlineData("{\"type\":\"a\",\"priority\":-99999999999999999999}", "/priority")]
    [InlineData("{\"type\":\"a\",\"tags\":{\"\":\"x\"}}", "/tags/")]
    [InlineData("{\"type\":\"a\",\"tags\":{\"a:b\":\"x\"}}", "/tags/a:b")]
    [InlineData("{\"type\":\"a\",\"tags\":{\"a\":null}}", "/tags/a")]
    [InlineData("{\"type\":\"a\",\"timeout\":0}", "/timeout")]
    [InlineData("{\"type\":\"a\",\"timeout\":\"8d\"}", "/timeout")]
    [InlineData("{\"type\":\"a\",\"timeout\":{\"soft\":\"2s\",\"hard\":\"1s\"}}", "/timeout/hard")]
    [InlineData("{\"type\":\"a\",\"timeout\":{\"sotf\":\"2s\"}}", "/timeout/sotf")]
    [InlineData("{\"type\":\"a\",\"retry\":{\"maxAttempts\":0}}", "/retry/maxAttempts")]
    [InlineData("{\"type\":\"a\",\"retry\":{\"maxAttempts\":1001}}", "/retry/maxAttempts")]
    [InlineData("{\"type\":\"a\",\"retry\":{\"backoff\":\"Exponential\"}}", "/retry/backoff")]
    [InlineData("{\"type\":\"a\",\"retry\":{\"jitter\":\"some\"}}", "/retry/jitter")]
    [InlineData("{\"type\":\"a\",\"retry\":{\"factor\":0.5}}", "/retry/factor")]
    [InlineData("{\"type\":\"a\",\"retry\":{\"factor\":1e400}}", "/retry/factor")]
    [InlineData("{\"type\":\"a\",\"retry\":{\"base\":\"366d\"}}", "/retry/base")]
    [InlineData("{\"type\":\"a\",\"retry\":{\"max\":-1}}", "/retry/max")]
    [InlineData("{\"type\":\"a\",\"retry\":{\"backoff\":\"list\"}}", "/retry/delays")]
    [InlineData("{\"type\":\"a\",\"retry\":{\"backoff\":\"list\",\"delays\":[]}}", "/retry/delays")]
    [InlineData("{\"type\":\"a\",\"retry\":{\"backoff\":\"list\",\"delays\":[1,\"x\"]}}", "/retry/delays/1")]
    [InlineData("{\"type\":\"a\",\"retry\":{\"delays\":[1]}}", "/retry/delays")]
    [InlineData("{\"type\":\"a\",\"retry\":{\"retryOn\":[\"x\",null]}}", "/retry/retryOn/1")]
    [InlineData("{\"type\":\"a\",\"retry\":{\"failOn\":[\"\"]}}", "/retry/failOn/0")]
    public void What_is_out_of_range_is_refused_and_pointed_at(string body, string pointer) =>
        Assert.Equal((422, pointer), Requests.Refused(Requests.Enqueue(body)));

    [Fact]
    public void All_faults_are_told_at_once() =>
        Assert.Equal(
            (422, "/type /nope /queue /priority /retry/what /retry/maxAttempts"),
            Requests.Refused(Requests.Enqueue("""{"type":"A","queue":"Q","nope":1,"priority":12,"retry":{"maxAttempts":0,"what":1}}""")));

    [Fact]
    public void Sizes_are_bounded()
    {
        string Tags(int count, int length) => string.Join(',', Enumerable.Range(0, count).Select(i => $"\"k{i}\":\"{new string('v', length)}\""));

        Assert.Equal(32, Requests.Accepted($$$"""{"type":"a","tags":{{{{Tags(32, 256)}}}}}""").Tags.Count);
        Assert.Equal((422, "/tags"), Requests.Refused(Requests.Enqueue($$$"""{"type":"a","tags":{{{{Tags(33, 1)}}}}}""")));
        Assert.Equal((422, "/tags/k0"), Requests.Refused(Requests.Enqueue($$$"""{"type":"a","tags":{{{{Tags(1, 257)}}}}}""")));
        Assert.Equal((422, "/metadata"), Requests.Refused(Requests.Enqueue($$$"""{"type":"a","metadata":{"x":"{{{new string('x', 16 * 1024)}}}"}}""")));
        Assert.Equal((422, "/type"), Requests.Refused(Requests.Enqueue($$"""{"type":"{{new string('x', 129)}}"}""")));
    }

    [Theory]
    [InlineData("\"30s\"", 30, 60)]
    [InlineData("30", 30, 60)]
    [InlineData("\"7d\"", 604_800, 604_800)]
    [InlineData("{\"soft\":\"10s\"}", 10, 40)]
    [InlineData("{\"hard\":\"60s\"}", 30, 60)]
    [InlineData("{\"hard\":\"10s\"}", 5, 10)]
    [InlineData("{\"soft\":1,\"hard\":1}", 1, 1)]
    [InlineData("{}", 300, 330)]
    public void Either_limit_implies_the_other(string timeout, int soft, int hard)
    {
        var policy = Requests.Accepted($$"""{"type":"a","timeout":{{timeout}}}""").Policies.Timeout;

        Assert.Equal((soft, hard), ((int)policy.Soft.TotalSeconds, (int)policy.Hard.TotalSeconds));
    }

    [Fact]
    public void Bulk_faults_name_the_job_they_are_in()
    {
        Result<IReadOnlyList<NewJob>> Bulk(string json)
        {
            var body = Encoding.UTF8.GetBytes(json);
            return JsonText.Parse(body, ApiJson.TypeOf<BulkEnqueueRequest>()).IsRefused(out var refusal, out var request)
                ? refusal
                : new JobRequestValidator(new JobIdSequence(TimeProvider.System), () => RoutingSnapshot.Empty).Validate(request, body, EnqueueHeaders.None);
        }

        Assert.False(Bulk("""{"jobs":[{"type":"a","payload":[1]},{"type":"b","payload":{"x": 2}}]}""").IsRefused(out _, out var jobs));
        Assert.Equal(["[1]", "{\"x\": 2}"], jobs.Select(job => Encoding.UTF8.GetString(job.Payload.Span)));
        Assert.Equal((422, "/jobs/0/type /jobs/1 /jobs/2/nope"), Requests.Refused(Bulk("""{"jobs":[{},null,{"type":"a","nope":1}]}""")));
        Assert.Equal((400, "/jobs/1/type"), Requests.Refused(Bulk("""{"jobs":[{"type":"a"},{"type":1}]}""")));
        Assert.Equal((422, "/jobs"), Requests.Refused(Bulk("{}")));
        Assert.Equal((422, "/jobs"), Requests.Refused(Bulk("""{"jobs":[]}""")));
        Assert.Equal(413, Requests.Refused(Bulk($$"""{"jobs":[{{string.Join(',', Enumerable.Repeat("{}", 10_001))}}]}""")).Status);
    }

    [Theory]
    [InlineData("{}", "")]
    [InlineData("{\"type\":\"b\"}", "/type")]
    [InlineData("{\"priority\":10,\"queue\":\"Q\"}", "/priority /queue")]
    [InlineData("{\"tags\":{\"a\":null}}", "/tags/a")]
    public void An_edit_changes_something_and_only_what_may_change(string json, string pointers)
    {
        var body = Encoding.UTF8.GetBytes(json);
        Assert.False(JsonText.Parse(body, ApiJson.TypeOf<EditRequest>()).IsRefused(out _, out var request));

        Assert.Equal((422, pointers), Requests.Refused(JobRequestValidator.Validate(request, body)));
    }

    [Fact]
    public void An_edit_to_a_payload_of_null_is_an_edit()
    {
        var body = """{"payload":null}"""u8.ToArray();
        Assert.False(JsonText.Parse(body, ApiJson.TypeOf<EditRequest>()).IsRefused(out _, out var request));
        Assert.False(JobRequestValidator.Validate(request, body).IsRefused(out _, out var edit));

        Assert.Equal("null"u8.ToArray(), edit.Payload!.Value.ToArray());
    }

    [Fact]
    public void A_reason_is_bounded_in_bytes()
    {
        Assert.Null(JobRequestValidator.Check(new CancelRequest { Reason = new string('ä', 512) }));
        Assert.NotNull(JobRequestValidator.Check(new CancelRequest { Reason = new string('ä', 513) }));
    }
}
