using JobService.Core.Storage.Reading;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace JobService.Core.Storage.Migrations;

/// <summary>See <c>expand_0002_attach_partitions.sql</c>.</summary>
[DbContext(typeof(JobServiceDbContext))]
[Migration("0002_attach_partitions")]
internal sealed class AttachPartitionsMigration : SqlMigration
{
    protected override string File => "expand_0002_attach_partitions";
}
