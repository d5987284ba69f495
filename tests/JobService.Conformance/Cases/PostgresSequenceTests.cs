using JobService.Conformance.Stores;

namespace JobService.Conformance.Cases;

public sealed class PostgresSequenceTests() : SequenceCases(async () => await PostgresStore.CreateAsync());
