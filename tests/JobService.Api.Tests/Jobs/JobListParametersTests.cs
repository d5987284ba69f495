using JobService.Api.Jobs;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace JobService.Api.Tests.Jobs;

public sealed class JobListParametersTests
{
    private static readonly JobId Last = new JobIdSequence(TimeProvider.System).Next();

    [Fact]
    public void Nothing_asked_is_the_first_fifty_of_all()
    {
        var parameters = Accepted("");

        Assert.Equal((50, (JobId?)null), (parameters.Limit, parameters.Before));
        Assert.Empty(parameters.Filter.States);
    }

    [Fact]
    public void Every_filter_is_read()
    {
        var parameters = Accepted("?state=failed,queued&type=email.*&queue=high&tag=tenant:4:2&tag=a:&worker=host-1:4711&createdFrom=2026-12-01T00:00:00Z&createdTo=2026-12-02T00:00:00%2B01:00&limit=200");

        Assert.Equal([JobState.Queued, JobState.Failed], parameters.Filter.States);
        Assert.Equal(("email.*", "high", "host-1:4711", 200), (parameters.Filter.TypeGlob, parameters.Filter.Queue?.Name, parameters.Filter.Worker, parameters.Limit));
        Assert.Equal(("4:2", ""), (parameters.Filter.Tags["tenant"], parameters.Filter.Tags["a"]));
        Assert.Equal(new DateTimeOffset(2026, 12, 1, 23, 0, 0, TimeSpan.Zero), parameters.Filter.CreatedTo);
    }

    [Theory]
    [InlineData("?limit=x", 400, "limit")]
    [InlineData("?limit=", 400, "limit")]
    [InlineData("?limit=99999999999", 422, "limit")]
    [InlineData("?limit=0", 422, "limit")]
    [InlineData("?limit=201", 422, "limit")]
    [InlineData("?limit=1&limit=1", 400, "limit")]
    [InlineData("?state=queued&state=failed", 400, "state")]
    [InlineData("?worker=%00", 400, "")]
    [InlineData("?state=Queued", 422, "state")]
    [InlineData("?state=", 422, "state")]
    [InlineData("?state=queued,", 422, "state")]
    [InlineData("?type=", 422, "type")]
    [InlineData("?type=Email*", 422, "type")]
    [InlineData("?type=a%25b", 422, "type")]
    [InlineData("?queue=", 422, "queue")]
    [InlineData("?queue=a*", 422, "queue")]
    [InlineData("?tag=x", 422, "tag")]
    [InlineData("?tag=:x", 422, "tag")]
    [InlineData("?tag=a:1&tag=a:2", 422, "tag")]
    [InlineData("?worker=", 422, "worker")]
    [InlineData("?schedule=Nightly", 422, "schedule")]
    [InlineData("?createdFrom=2026-12-01", 422, "createdFrom")]
    [InlineData("?createdFrom=2026-12-02T00:00:00Z&createdTo=2026-12-01T00:00:00Z", 422, "createdTo")]
    [InlineData("?cursor=", 400, "cursor")]
    [InlineData("?cursor=AAAA", 400, "cursor")]
    [InlineData("?cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 400, "cursor")]
    [InlineData("?cursor=%21%21%21AAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 400, "cursor")]
    public void What_is_wrong_is_refused_by_name(string query, int status, string names) =>
        Assert.Equal((status, names), Requests.Refused(Parse(query)));

    [Theory]
    [InlineData("*")]
    [InlineData("email.?end")]
    [InlineData("*.send")]
    [InlineData("a:b-c_d.*")]
    public void Globs_of_names_are_types(string glob) => Assert.Equal(glob, Accepted("?type=" + Uri.EscapeDataString(glob)).Filter.TypeGlob);

    [Fact]
    public void A_cursor_goes_on_in_its_own_query_whatever_the_order_and_the_limit()
    {
        var cursor = JobCursor.Write(Last, Accepted("?state=failed,queued&tag=a:1&tag=b:2&createdFrom=2026-12-01T00:00:00Z").Filter);

        Assert.Equal(Last, Accepted($"?limit=7&tag=b:2&tag=a:1&state=queued,failed&createdFrom=2026-12-01T01:00:00%2B01:00&cursor={cursor}").Before);
    }

    [Theory]
    [InlineData("?state=queued")]
    [InlineData("?tag=a:1")]
    [InlineData("?type=failed")]
    public void A_cursor_of_another_query_is_refused(string query)
    {
        var cursor = JobCursor.Write(Last, Accepted("?state=failed").Filter);

        Assert.Equal((400, "cursor"), Requests.Refused(Parse($"{query}&cursor={cursor}")));
    }

    private static Result<JobListParameters> Parse(string query) => JobListParameters.Parse(new QueryCollection(QueryHelpers.ParseQuery(query)));

    private static JobListParameters Accepted(string query) =>
        Parse(query).IsRefused(out var refusal, out var parameters) ? throw new InvalidOperationException(Requests.Read(refusal).ToString()) : parameters;
}
