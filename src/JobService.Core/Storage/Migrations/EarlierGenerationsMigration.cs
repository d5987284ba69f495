using JobService.Core.Storage.Reading;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace JobService.Core.Storage.Migrations;

/// <summary>See <c>expand_0003_earlier_generations.sql</c>.</summary>
[DbContext(typeof(JobServiceDbContext))]
[Migration("0003_earlier_generations")]
internal sealed class EarlierGenerationsMigration : SqlMigration
{
    protected override string File => "expand_0003_earlier_generations";
}
