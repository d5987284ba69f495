using JobService.Core.Storage.Reading;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace JobService.Core.Storage.Migrations;

/// <summary>See <c>expand_0006_forgotten_runs.sql</c>.</summary>
[DbContext(typeof(JobServiceDbContext))]
[Migration("0006_forgotten_runs")]
internal sealed class ForgottenRunsMigration : SqlMigration
{
    protected override string File => "expand_0006_forgotten_runs";
}
