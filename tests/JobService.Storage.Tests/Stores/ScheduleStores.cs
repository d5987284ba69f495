using JobService.Core.Jobs;
using JobService.Core.Schedules;
using JobService.Core.Storage.Stores;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace JobService.Storage.Tests.Stores;

/// <summary>What a process has to do with schedules.</summary>
internal sealed class ScheduleStores
{
    /// <param name="database">Where they are.</param>
    /// <param name="names">What the process knows of it.</param>
    /// <param name="clock">The process's own; null for the machine's.</param>
    public ScheduleStores(NpgsqlDataSource database, ServerNames names, TimeProvider? clock = null)
    {
        var transactions = new ScheduleTransaction(names, new JobIdSequence(clock ?? TimeProvider.System));
        var rounds = new ScheduleRounds(transactions, clock ?? TimeProvider.System, NullLogger<ScheduleRounds>.Instance);
        Store = new PostgresScheduleStore(database, rounds, transactions);
        Due = new PostgresDueSchedulesStore(database, rounds);
    }

    public IScheduleStore Store { get; }

    public IDueSchedulesStore Due { get; }
}
