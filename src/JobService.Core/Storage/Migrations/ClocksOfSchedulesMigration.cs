using JobService.Core.Storage.Reading;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace JobService.Core.Storage.Migrations;

/// <summary>See <c>expand_0008_clocks_of_schedules.sql</c>.</summary>
[DbContext(typeof(JobServiceDbContext))]
[Migration("0008_clocks_of_schedules")]
internal sealed class ClocksOfSchedulesMigration : SqlMigration
{
    protected override string File => "expand_0008_clocks_of_schedules";
}
