using JobService.Core.Storage.Reading;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace JobService.Core.Storage.Migrations;

/// <summary>See <c>expand_0011_runs_by_age.sql</c>.</summary>
[DbContext(typeof(JobServiceDbContext))]
[Migration("0011_runs_by_age")]
internal sealed class RunsByAgeMigration : SqlMigration
{
    protected override string File => "expand_0011_runs_by_age";
}
