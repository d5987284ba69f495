using JobService.Core.Storage.Reading;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace JobService.Core.Storage.Migrations;

/// <summary>See <c>expand_0030_keys_of_lanes.sql</c>.</summary>
[DbContext(typeof(JobServiceDbContext))]
[Migration("0030_keys_of_lanes")]
internal sealed class KeysOfLanesMigration : SqlMigration
{
    protected override string File => "expand_0030_keys_of_lanes";
}
