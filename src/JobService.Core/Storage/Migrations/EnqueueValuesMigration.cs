using JobService.Core.Storage.Reading;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace JobService.Core.Storage.Migrations;

/// <summary>See <c>expand_0021_enqueue_1_values.sql</c>.</summary>
[DbContext(typeof(JobServiceDbContext))]
[Migration("0021_enqueue_1_values")]
internal sealed class EnqueueValuesMigration : SqlMigration
{
    protected override string File => "expand_0021_enqueue_1_values";
}
