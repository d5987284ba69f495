using JobService.Core.Storage.Reading;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace JobService.Core.Storage.Migrations;

/// <summary>See <c>expand_0014_job_keys.sql</c>.</summary>
[DbContext(typeof(JobServiceDbContext))]
[Migration("0014_job_keys")]
internal sealed class JobKeysMigration : SqlMigration
{
    protected override string File => "expand_0014_job_keys";
}
