using JobService.Core.Storage.Reading;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace JobService.Core.Storage.Migrations;

/// <summary>See <c>expand_0009_deleted_schedules.sql</c>.</summary>
[DbContext(typeof(JobServiceDbContext))]
[Migration("0009_deleted_schedules")]
internal sealed class DeletedSchedulesMigration : SqlMigration
{
    protected override string File => "expand_0009_deleted_schedules";
}
