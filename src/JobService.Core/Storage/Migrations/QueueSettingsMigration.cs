using JobService.Core.Storage.Reading;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace JobService.Core.Storage.Migrations;

/// <summary>See <c>expand_0015_queue_settings.sql</c>.</summary>
[DbContext(typeof(JobServiceDbContext))]
[Migration("0015_queue_settings")]
internal sealed class QueueSettingsMigration : SqlMigration
{
    protected override string File => "expand_0015_queue_settings";
}
