using JobService.Core.Storage.Reading;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace JobService.Core.Storage.Migrations;

/// <summary>See <c>expand_0034_edits_of_blocked_jobs.sql</c>.</summary>
[DbContext(typeof(JobServiceDbContext))]
[Migration("0034_edits_of_blocked_jobs")]
internal sealed class EditsOfBlockedJobsMigration : SqlMigration
{
    protected override string File => "expand_0034_edits_of_blocked_jobs";
}
