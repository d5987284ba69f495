using JobService.Conformance.Model;
using JobService.Conformance.Stores;

namespace JobService.Conformance.Cases;

public sealed class ModelStateMachineTests() : StateMachineCases(() => Task.FromResult<StoreUnderTest>(new ModelStore()));
