using JobService.Conformance.Model;
using JobService.Conformance.Stores;

namespace JobService.Conformance.Cases;

public sealed class ModelSequenceTests() : SequenceCases(() => Task.FromResult<StoreUnderTest>(new ModelStore()));
