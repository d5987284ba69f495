using JobService.Core.Storage.Reading;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace JobService.Core.Storage.Migrations;

/// <summary>See <c>expand_0027_held_bulk_jobs.sql</c>.</summary>
[DbContext(typeof(JobServiceDbContext))]
[Migration("0027_held_bulk_jobs")]
internal sealed class HeldBulkJobsMigration : SqlMigration
{
    protected override string File => "expand_0027_held_bulk_jobs";
}
