using JobService.Core.Storage.Reading;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace JobService.Core.Storage.Migrations;

/// <summary>See <c>expand_0019_sequences.sql</c>.</summary>
[DbContext(typeof(JobServiceDbContext))]
[Migration("0019_sequences")]
internal sealed class SequencesMigration : SqlMigration
{
    protected override string File => "expand_0019_sequences";
}
