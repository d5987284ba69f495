using JobService.Conformance.Model;
using JobService.Conformance.Stores;

namespace JobService.Conformance.Cases;

public sealed class ModelFencingTests() : FencingCases(() => Task.FromResult<StoreUnderTest>(new ModelStore()));
