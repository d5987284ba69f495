using JobService.Core.Storage.Reading;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace JobService.Core.Storage.Migrations;

/// <summary>See <c>expand_0004_last_attempts.sql</c>.</summary>
[DbContext(typeof(JobServiceDbContext))]
[Migration("0004_last_attempts")]
internal sealed class LastAttemptsMigration : SqlMigration
{
    protected override string File => "expand_0004_last_attempts";
}
