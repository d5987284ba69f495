using Microsoft.EntityFrameworkCore;

namespace JobService.Core.Storage.Reading;

/// <summary>Reads the database, without tracking, and gives the migrator its connection. It never writes a job.</summary>
internal sealed class JobServiceDbContext(DbContextOptions<JobServiceDbContext> options) : DbContext(options)
{
    public DbSet<JobRow> Jobs => Set<JobRow>();

    public DbSet<AttemptRow> Attempts => Set<AttemptRow>();

    public DbSet<JobEventRow> JobEvents => Set<JobEventRow>();

    public DbSet<WorkerRow> Workers => Set<WorkerRow>();

    public DbSet<ScheduleRow> Schedules => Set<ScheduleRow>();

    public DbSet<DeletedScheduleRow> DeletedSchedules => Set<DeletedScheduleRow>();

    public DbSet<ScheduleRunRow> ScheduleRuns => Set<ScheduleRunRow>();

    public DbSet<RunningJobRow> RunningJobs => Set<RunningJobRow>();

    public DbSet<RoutingVersionRow> RoutingVersions => Set<RoutingVersionRow>();

    public DbSet<RouteRow> Routes => Set<RouteRow>();

    public DbSet<JobTypeSettingsRow> JobTypeSettings => Set<JobTypeSettingsRow>();

    public DbSet<HandlerSchemaRow> HandlerSchemas => Set<HandlerSchemaRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema("jobservice");

        modelBuilder.Entity<JobRow>(job =>
        {
            job.HasNoKey().ToView("job_views");
            job.Property(row => row.Tags).HasColumnType("jsonb");
            job.Property(row => row.Metadata).HasColumnType("json");
            job.Property(row => row.Payload).HasColumnType("json");
            job.Property(row => row.Policies).HasColumnType("json");
            job.Property(row => row.Result).HasColumnType("json");
            job.Property(row => row.Schedule).HasColumnType("json");
        });
        modelBuilder.Entity<AttemptRow>().ToTable("attempts").HasKey(row => new { row.Id, row.Attempt });
        modelBuilder.Entity<JobEventRow>().ToTable("job_events").HasKey(row => new { row.Id, row.Seq });
        modelBuilder.Entity<WorkerRow>().ToTable("workers").HasKey(row => row.Id);
        modelBuilder.Entity<ScheduleRow>().ToTable("schedules").HasKey(row => row.Id);
        modelBuilder.Entity<DeletedScheduleRow>().ToTable("deleted_schedules").HasKey(row => row.Name);
        modelBuilder.Entity<ScheduleRunRow>().ToTable("schedule_runs").HasKey(row => new { row.ScheduleId, row.DueAt, row.Kind });
        modelBuilder.Entity<RunningJobRow>().ToTable("running_jobs").HasKey(row => row.Id);
        modelBuilder.Entity<RoutingVersionRow>().ToTable("routing_versions").HasKey(row => row.Name);
        modelBuilder.Entity<RouteRow>(route =>
        {
            route.ToTable("routes").HasKey(row => row.Position);
            route.Property(row => row.Rule).HasColumnType("json");
        });
        modelBuilder.Entity<JobTypeSettingsRow>(type =>
        {
            type.ToTable("job_type_settings").HasKey(row => row.Type);
            type.Property(row => row.Schema).HasColumnType("json");
            type.Property(row => row.Defaults).HasColumnType("json");
        });
        modelBuilder.Entity<HandlerSchemaRow>(schema =>
        {
            schema.ToTable("handler_schemas").HasKey(row => new { row.Type, row.Hash });
            schema.Property(row => row.Schema).HasColumnType("json");
        });

        foreach (var property in modelBuilder.Model.GetEntityTypes().SelectMany(type => type.GetProperties()))
            property.SetColumnName(SnakeCase(property.Name));
    }

    private static string SnakeCase(string name) =>
        string.Concat(name.Select((c, i) => i > 0 && char.IsUpper(c) ? $"_{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));
}
