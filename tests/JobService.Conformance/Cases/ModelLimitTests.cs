using JobService.Conformance.Model;
using JobService.Conformance.Stores;

namespace JobService.Conformance.Cases;

public sealed class ModelLimitTests() : LimitCases(() => Task.FromResult<StoreUnderTest>(new ModelStore()));
