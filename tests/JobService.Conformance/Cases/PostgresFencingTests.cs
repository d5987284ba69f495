using JobService.Conformance.Stores;

namespace JobService.Conformance.Cases;

public sealed class PostgresFencingTests() : FencingCases(async () => await PostgresStore.CreateAsync());
