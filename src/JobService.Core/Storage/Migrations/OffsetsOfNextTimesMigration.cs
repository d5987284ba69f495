using JobService.Core.Storage.Reading;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace JobService.Core.Storage.Migrations;

/// <summary>See <c>expand_0010_offsets_of_next_times.sql</c>.</summary>
[DbContext(typeof(JobServiceDbContext))]
[Migration("0010_offsets_of_next_times")]
internal sealed class OffsetsOfNextTimesMigration : SqlMigration
{
    protected override string File => "expand_0010_offsets_of_next_times";
}
