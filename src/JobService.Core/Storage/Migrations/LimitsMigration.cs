using JobService.Core.Storage.Reading;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace JobService.Core.Storage.Migrations;

/// <summary>See <c>expand_0017_limits.sql</c>.</summary>
[DbContext(typeof(JobServiceDbContext))]
[Migration("0017_limits")]
internal sealed class LimitsMigration : SqlMigration
{
    protected override string File => "expand_0017_limits";
}
