using JobService.Conformance.Model;
using JobService.Conformance.Stores;

namespace JobService.Conformance.Cases;

public sealed class ModelLifeTests() : LifeCases(() => Task.FromResult<StoreUnderTest>(new ModelStore()));
