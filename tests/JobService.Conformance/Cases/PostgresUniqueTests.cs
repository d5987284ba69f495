using JobService.Conformance.Stores;

namespace JobService.Conformance.Cases;

public sealed class PostgresUniqueTests() : UniqueCases(async () => await PostgresStore.CreateAsync());
