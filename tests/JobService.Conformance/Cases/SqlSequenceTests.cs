using JobService.Conformance.Stores;

namespace JobService.Conformance.Cases;

public sealed class SqlSequenceTests() : SequenceCases(async () => await PostgresStore.CreateAsync(enqueuesInSql: true));
