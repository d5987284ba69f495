using JobService.Core.Storage.Reading;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace JobService.Core.Storage.Migrations;

/// <summary>See <c>expand_0033_recorded_rules.sql</c>.</summary>
[DbContext(typeof(JobServiceDbContext))]
[Migration("0033_recorded_rules")]
internal sealed class RecordedRulesMigration : SqlMigration
{
    protected override string File => "expand_0033_recorded_rules";
}
