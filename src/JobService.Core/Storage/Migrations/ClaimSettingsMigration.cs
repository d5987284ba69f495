using JobService.Core.Storage.Reading;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace JobService.Core.Storage.Migrations;

/// <summary>See <c>expand_0013_claim_settings.sql</c>.</summary>
[DbContext(typeof(JobServiceDbContext))]
[Migration("0013_claim_settings")]
internal sealed class ClaimSettingsMigration : SqlMigration
{
    protected override string File => "expand_0013_claim_settings";
}
