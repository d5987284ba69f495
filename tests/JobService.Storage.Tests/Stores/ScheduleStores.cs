using JobService.Core.Jobs;
using JobService.Core.Schedules;
using JobService.Core.Storage.Stores;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace JobService.Storage.Tests.Stores;

/// <summary>What a process has to do with schedules.</summary>
internal sealed class ScheduleStores
{
    public ScheduleStores(NpgsqlDataSource database, ServerNames names)
    {
        var transactions = new ScheduleTransaction(names, new JobIdSequence(TimeProvider.System));
        var rounds = new ScheduleRounds(transactions, TimeProvider.System, NullLogger<ScheduleRounds>.Instance);
        Store = new PostgresScheduleStore(database, rounds, transactions);
        Due = new PostgresDueSchedulesStore(database, rounds);
    }

    public IScheduleStore Store { get; }

    public IDueSchedulesStore Due { get; }
}
