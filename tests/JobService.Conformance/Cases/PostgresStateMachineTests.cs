using JobService.Conformance.Stores;

namespace JobService.Conformance.Cases;

public sealed class PostgresStateMachineTests() : StateMachineCases(async () => await PostgresStore.CreateAsync());
