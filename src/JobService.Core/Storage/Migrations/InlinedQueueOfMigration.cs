using JobService.Core.Storage.Reading;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace JobService.Core.Storage.Migrations;

/// <summary>See <c>expand_0031_inlined_queue_of.sql</c>.</summary>
[DbContext(typeof(JobServiceDbContext))]
[Migration("0031_inlined_queue_of")]
internal sealed class InlinedQueueOfMigration : SqlMigration
{
    protected override string File => "expand_0031_inlined_queue_of";
}
