using System.Text.Json;
using JobService.Api.Jobs;
using JobService.Api.Json;
using JobService.Core.Attempts;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Queues;
using JobService.Core.Routing;

namespace JobService.Api.Tests.Jobs;

public sealed class JobResponseTests
{
    private static readonly DateTimeOffset Noon = new(2026, 12, 1, 12, 0, 0, TimeSpan.FromHours(1));

    private static readonly Job Failed = new()
    {
        Id = new JobId(Guid.Parse("0193b6ad-0f7a-7c6e-8a3d-5a4b1c2d3e4f")),
        Type = JobType.Parse("email.send"),
        State = JobState.Failed,
        Queue = QueueName.Parse("high"),
        Priority = JobPriority.Default,
        Payload = """{"to":  "ä"}""",
        Tags = new Dictionary<string, string>(StringComparer.Ordinal) { ["Tenant"] = "4<2" },
        LimitKeys = [],
        Metadata = null,
        Policies = JobPolicies.Default,
        CreatedAt = Noon,
        CreatedBy = null,
        RunAt = Noon,
        StartedAt = Noon.AddSeconds(1),
        FinishedAt = Noon.AddMilliseconds(2500),
        ExpiresAt = null,
        Deadline = null,
        Attempt = 2,
        MaxAttempts = 2,
        Crashes = 0,
        NextRetryAt = null,
        Reason = "attempts-exhausted",
        RoutedBy = null,
        Worker = "host-1:4711",
        Result = null,
        IsResultGone = false,
        LastError = new EndedAttempt { Attempt = 2, Outcome = AttemptOutcome.Failed, Worker = "host-1:4711", StartedAt = Noon, FinishedAt = Noon, Error = new AttemptError("http.503", "no", "stack") },
        CancelRequestedAt = null,
        ReplayOf = null,
        Schedule = null,
        TraceParent = null,
        IsErased = false,
        Revision = 3,
    };

    [Fact]
    public void A_job_is_shown_with_exactly_the_members_of_the_contract() =>
        Assert.Equal(
            """
            {"id":"0193b6ad-0f7a-7c6e-8a3d-5a4b1c2d3e4f","type":"email.send","state":"failed","queue":"high","priority":5,"payload":{"to":  "ä"},"tags":{"Tenant":"4<2"},"limitKeys":[],"sequence":null,"metadata":{},
            "createdAt":"2026-12-01T11:00:00Z","runAt":"2026-12-01T11:00:00Z","startedAt":"2026-12-01T11:00:01Z","finishedAt":"2026-12-01T11:00:02.5Z","expiresAt":null,"deadline":null,
            "attempt":2,"maxAttempts":2,"crashes":0,"nextRetryAt":null,"reason":"attempts-exhausted","routedBy":"default",
            "worker":"host-1:4711","progress":null,"result":null,
            "lastError":{"type":"http.503","message":"no","at":"2026-12-01T11:00:00Z"},"cancelRequestedAt":null,"schedule":null,"parents":[],"replayOf":null,"deduplicated":false}
            """.ReplaceLineEndings(""),
            JsonSerializer.Serialize(JobResponse.From(Failed), ApiJson.Options));

    [Fact]
    public void Its_version_changes_with_what_is_shown_and_with_the_revision()
    {
        var tag = JobETag.Of(Failed, JobResponse.From(Failed)).ToString();
        var erased = Failed with { Payload = null };
        var edited = Failed with { Revision = 4 };

        Assert.Matches("^\"3-[0-9a-f]{16}\"$", tag);
        Assert.Equal(tag, JobETag.Of(Failed with { }, JobResponse.From(Failed)).ToString());
        Assert.NotEqual(tag, JobETag.Of(erased, JobResponse.From(erased)).ToString());
        Assert.NotEqual(tag, JobETag.Of(edited, JobResponse.From(edited)).ToString());
    }

    [Fact]
    public void A_replay_takes_over_what_it_is_not_told_otherwise()
    {
        var validator = new JobRequestValidator(new JobIdSequence(TimeProvider.System), () => RoutingSnapshot.Empty);
        var body = """{"payload":{"to": "b"},"retry":{"maxAttempts":1}}"""u8.ToArray();
        Assert.False(JsonText.Parse(body, ApiJson.TypeOf<ReplayRequest>()).IsRefused(out _, out var request));

        Assert.False(validator.ValidateReplay(Failed, request, body, EnqueueHeaders.None).IsRefused(out _, out var changed));
        Assert.False(validator.ValidateReplay(Failed, new ReplayRequest(), default, EnqueueHeaders.None).IsRefused(out _, out var same));

        Assert.Equal("{\"to\": \"b\"}"u8.ToArray(), changed.Payload.ToArray());
        Assert.Equal((1, "high", "4<2"), (changed.Policies.Retry.MaxAttempts, changed.Queue.Name, changed.Tags["Tenant"]));
        Assert.Equal("{\"to\":  \"ä\"}"u8.ToArray(), same.Payload.ToArray());
        Assert.Equal(Failed.Id, same.ReplayOf);
        Assert.Null(same.Metadata);
        Assert.True(validator.ValidateReplay(Failed with { Payload = null, IsErased = true }, new ReplayRequest(), default, EnqueueHeaders.None).IsRefused(out var erased, out _));
        Assert.IsType<Refusal.Gone>(erased);
    }
}
