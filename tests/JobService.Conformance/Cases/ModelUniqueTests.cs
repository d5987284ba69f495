using JobService.Conformance.Model;
using JobService.Conformance.Stores;

namespace JobService.Conformance.Cases;

public sealed class ModelUniqueTests() : UniqueCases(() => Task.FromResult<StoreUnderTest>(new ModelStore()));
