using JobService.Conformance.Stores;

namespace JobService.Conformance.Cases;

public sealed class SqlUniqueTests() : UniqueCases(async () => await PostgresStore.CreateAsync(enqueuesInSql: true));
