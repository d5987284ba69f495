using JobService.Core.Storage.Reading;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace JobService.Core.Storage.Migrations;

/// <summary>See <c>expand_0018_queue_statistics.sql</c>.</summary>
[DbContext(typeof(JobServiceDbContext))]
[Migration("0018_queue_statistics")]
internal sealed class QueueStatisticsMigration : SqlMigration
{
    protected override string File => "expand_0018_queue_statistics";
}
