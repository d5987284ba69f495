using JobService.Core.Storage.Reading;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace JobService.Core.Storage.Migrations;

/// <summary>See <c>expand_0032_opened_claims.sql</c>.</summary>
[DbContext(typeof(JobServiceDbContext))]
[Migration("0032_opened_claims")]
internal sealed class OpenedClaimsMigration : SqlMigration
{
    protected override string File => "expand_0032_opened_claims";
}
