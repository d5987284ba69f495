using JobService.Core.Storage.Reading;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace JobService.Core.Storage.Migrations;

/// <summary>See <c>expand_0022_bounded_queues.sql</c>.</summary>
[DbContext(typeof(JobServiceDbContext))]
[Migration("0022_bounded_queues")]
internal sealed class BoundedQueuesMigration : SqlMigration
{
    protected override string File => "expand_0022_bounded_queues";
}
