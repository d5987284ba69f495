using JobService.Core.Storage.Reading;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace JobService.Core.Storage.Migrations;

/// <summary>See <c>expand_0005_schedules.sql</c>.</summary>
[DbContext(typeof(JobServiceDbContext))]
[Migration("0005_schedules")]
internal sealed class SchedulesMigration : SqlMigration
{
    protected override string File => "expand_0005_schedules";
}
