using JobService.Conformance.Stores;

namespace JobService.Conformance.Cases;

public sealed class PostgresLimitTests() : LimitCases(async () => await PostgresStore.CreateAsync());
