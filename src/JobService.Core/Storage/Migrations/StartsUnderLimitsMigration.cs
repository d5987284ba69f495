using JobService.Core.Storage.Reading;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace JobService.Core.Storage.Migrations;

/// <summary>See <c>expand_0024_starts_under_limits.sql</c>.</summary>
[DbContext(typeof(JobServiceDbContext))]
[Migration("0024_starts_under_limits")]
internal sealed class StartsUnderLimitsMigration : SqlMigration
{
    protected override string File => "expand_0024_starts_under_limits";
}
