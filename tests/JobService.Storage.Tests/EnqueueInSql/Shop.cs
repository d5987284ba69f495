using Microsoft.EntityFrameworkCore;

namespace JobService.Storage.Tests.EnqueueInSql;

/// <summary>A user's own context, whose model knows nothing of jobs.</summary>
internal sealed class Shop(DbContextOptions<Shop> options) : DbContext(options)
{
    public DbSet<Order> Orders => Set<Order>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Order>().ToTable("orders");
}
