using JobService.Core.Jobs;
using JobService.Core.Storage.Reading;
using JobService.Storage.Tests.Sql;

namespace JobService.Storage.Tests.Reading;

/// <summary>What a question of a person costs: one day for one job, and for a page, once it is found, no more days than its jobs are of.</summary>
public sealed class ReadingPlanTests(FilledStorage storage) : IClassFixture<FilledStorage>
{
    private readonly ExplainingInterceptor explained = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task One_job_its_attempts_and_its_events_are_read_by_key_in_its_day(bool isAnalyzed)
    {
        var (id, day) = await FailedAsync(isAnalyzed);
        var queries = Queries(isAnalyzed);

        Assert.Null((await queries.FindAsync(id, Cancellation)).Refusal);
        Assert.Single(await queries.EndedAttemptsAsync(id, Cancellation));
        Assert.Empty(await queries.EventsAsync(id, Cancellation));

        Assert.Equal(3, explained.Plans.Count);
        Assert.All(explained.Plans, plan =>
        {
            Assert.Equal([day], plan.Days);
            AssertByKey(plan);
        });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_jobs_of_a_page_are_read_by_key_in_its_days(bool isAnalyzed)
    {
        var (_, oldest) = await FailedAsync(isAnalyzed);

        var page = await Queries(isAnalyzed).ListAsync(new JobFilter(), before: null, 20, Cancellation);

        Assert.Equal(20, page.Items.Count);
        var plan = Assert.Single(explained.Plans);
        Assert.NotEmpty(plan.Days);
        Assert.DoesNotContain(oldest, plan.Days);
        AssertByKey(plan);
    }

    private static void AssertByKey(QueryPlan plan)
    {
        // What is small here may be read whole: this pool is planned by its statistics. So is a day on which nothing has finished yet.
        foreach (var table in (string[])["jobs", "finished_jobs", "scheduled_jobs", "ready_jobs"])
        {
            Assert.DoesNotContain(plan.Scans, scan => scan.Type is "Seq Scan" && string.Equals(QueryPlan.WithoutDay(scan.Table!), table, StringComparison.Ordinal));
            Assert.DoesNotContain(
                plan.Scans,
                scan => scan.Index is not null && scan.Condition is null && scan.Rows > 0 && scan.Table is not null && string.Equals(QueryPlan.WithoutDay(scan.Table), table, StringComparison.Ordinal));
        }
    }

    private PostgresJobQueries Queries(bool isAnalyzed) => new(storage.Of(isAnalyzed).Contexts(explained), storage.Of(isAnalyzed).Hot, TimeProvider.System);

    private async Task<(JobId Id, string Day)> FailedAsync(bool isAnalyzed)
    {
        var database = storage.Of(isAnalyzed).Database;
        var id = await database.QueryAsync<Guid>("SELECT min(id::text)::uuid FROM jobservice.finished_jobs WHERE state = 7");
        return (new JobId(id), await database.QueryAsync<string>("SELECT to_char('epoch'::date + jobservice.day_of($1), 'YYYYMMDD')", id));
    }
}
