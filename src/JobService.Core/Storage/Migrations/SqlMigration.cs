using Microsoft.EntityFrameworkCore.Migrations;

namespace JobService.Core.Storage.Migrations;

/// <summary>
/// A migration that is a <c>.sql</c> file: <c>expand_…</c> may run under the old code, <c>contract_…</c> only after it is gone.
/// There is no way back but the next one.
/// </summary>
internal abstract class SqlMigration : Migration
{
    /// <summary>The name of the file, without its ending.</summary>
    protected abstract string File { get; }

    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(SqlText.ReadMigration(File));
}
