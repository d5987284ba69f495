using JobService.Core.Storage.Reading;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace JobService.Core.Storage.Migrations;

/// <summary>See <c>expand_0001_initial.sql</c>.</summary>
[DbContext(typeof(JobServiceDbContext))]
[Migration("0001_initial")]
internal sealed class InitialMigration : SqlMigration
{
    protected override string File => "expand_0001_initial";
}
