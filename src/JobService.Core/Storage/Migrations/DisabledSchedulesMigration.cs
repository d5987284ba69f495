using JobService.Core.Storage.Reading;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace JobService.Core.Storage.Migrations;

/// <summary>See <c>expand_0007_disabled_schedules.sql</c>.</summary>
[DbContext(typeof(JobServiceDbContext))]
[Migration("0007_disabled_schedules")]
internal sealed class DisabledSchedulesMigration : SqlMigration
{
    protected override string File => "expand_0007_disabled_schedules";
}
