using JobService.Core.Storage.Reading;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace JobService.Core.Storage.Migrations;

/// <summary>See <c>expand_0020_bulk_actions.sql</c>.</summary>
[DbContext(typeof(JobServiceDbContext))]
[Migration("0020_bulk_actions")]
internal sealed class BulkActionsMigration : SqlMigration
{
    protected override string File => "expand_0020_bulk_actions";
}
