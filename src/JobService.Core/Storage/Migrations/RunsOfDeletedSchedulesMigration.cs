using JobService.Core.Storage.Reading;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace JobService.Core.Storage.Migrations;

/// <summary>See <c>expand_0012_runs_of_deleted_schedules.sql</c>.</summary>
[DbContext(typeof(JobServiceDbContext))]
[Migration("0012_runs_of_deleted_schedules")]
internal sealed class RunsOfDeletedSchedulesMigration : SqlMigration
{
    protected override string File => "expand_0012_runs_of_deleted_schedules";
}
