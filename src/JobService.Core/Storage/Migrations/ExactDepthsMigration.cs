using JobService.Core.Storage.Reading;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace JobService.Core.Storage.Migrations;

/// <summary>See <c>expand_0029_exact_depths.sql</c>.</summary>
[DbContext(typeof(JobServiceDbContext))]
[Migration("0029_exact_depths")]
internal sealed class ExactDepthsMigration : SqlMigration
{
    protected override string File => "expand_0029_exact_depths";
}
