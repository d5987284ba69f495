using JobService.Core.Storage.Reading;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace JobService.Core.Storage.Migrations;

/// <summary>See <c>expand_0028_numbered_lanes.sql</c>.</summary>
[DbContext(typeof(JobServiceDbContext))]
[Migration("0028_numbered_lanes")]
internal sealed class NumberedLanesMigration : SqlMigration
{
    protected override string File => "expand_0028_numbered_lanes";
}
