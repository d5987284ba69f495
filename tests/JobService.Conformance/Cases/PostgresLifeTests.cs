using JobService.Conformance.Stores;

namespace JobService.Conformance.Cases;

public sealed class PostgresLifeTests() : LifeCases(async () => await PostgresStore.CreateAsync());
