using JobService.Core.Storage.Reading;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace JobService.Core.Storage.Migrations;

/// <summary>See <c>expand_0032_bulk_actions_upwards.sql</c>.</summary>
[DbContext(typeof(JobServiceDbContext))]
[Migration("0032_bulk_actions_upwards")]
internal sealed class BulkActionsUpwardsMigration : SqlMigration
{
    protected override string File => "expand_0032_bulk_actions_upwards";
}
