using JobService.Core.Storage.Reading;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace JobService.Core.Storage.Migrations;

/// <summary>See <c>expand_0033_ids_in_order.sql</c>.</summary>
[DbContext(typeof(JobServiceDbContext))]
[Migration("0033_ids_in_order")]
internal sealed class IdsInOrderMigration : SqlMigration
{
    protected override string File => "expand_0033_ids_in_order";
}
