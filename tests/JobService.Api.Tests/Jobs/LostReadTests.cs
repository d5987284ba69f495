using JobService.Api.Tests.Service;

namespace JobService.Api.Tests.Jobs;

public sealed class LostReadTests(ApiServiceWithBrokenReads api) : IClassFixture<ApiServiceWithBrokenReads>
{
    [Fact]
    public async Task The_id_of_a_job_that_is_stored_is_told_though_the_job_can_not_be_read_again()
    {
        var original = await api.EnqueueAsync("""{"type":"nobody.does","payload":[1]}""");

        api.Reads.BreakAfter(0);
        var enqueued = await api.PostAsync(Calls.Jobs, """{"type":"nobody.does","payload":[2]}""", "Prefer: wait=0");
        api.Reads.BreakAfter(1);
        var replayed = await api.PostAsync($"{Calls.Jobs}/{original.Id}/replay", null, "Prefer: wait=0");
        api.Reads.Mend();

        foreach (var (answer, payload) in new[] { (enqueued, "[2]"), (replayed, "[1]") })
        {
            answer.With(202);
            Assert.Equal(("queued", payload), (answer.Word("state"), answer.Json.GetProperty("payload").GetRawText()));
            Assert.Equal($"{Calls.Jobs}/{answer.Id}", answer.Headers.Location!.ToString());
            Assert.NotNull(answer.Headers.RetryAfter);
            Assert.Equal(answer.Text, (await api.GetAsync($"{Calls.Jobs}/{answer.Id}")).With(200).Text);
        }
    }
}
