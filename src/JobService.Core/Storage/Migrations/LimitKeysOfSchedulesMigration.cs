using JobService.Core.Storage.Reading;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace JobService.Core.Storage.Migrations;

/// <summary>See <c>expand_0023_limit_keys_of_schedules.sql</c>.</summary>
[DbContext(typeof(JobServiceDbContext))]
[Migration("0023_limit_keys_of_schedules")]
internal sealed class LimitKeysOfSchedulesMigration : SqlMigration
{
    protected override string File => "expand_0023_limit_keys_of_schedules";
}
