using JobService.Core.Storage.Reading;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace JobService.Core.Storage.Migrations;

/// <summary>See <c>expand_0021_enqueue_3_routes.sql</c>.</summary>
[DbContext(typeof(JobServiceDbContext))]
[Migration("0021_enqueue_3_routes")]
internal sealed class EnqueueRoutesMigration : SqlMigration
{
    protected override string File => "expand_0021_enqueue_3_routes";
}
