using JobService.Core.Enqueueing;

namespace JobService.Api.Jobs;

/// <summary>Which request it is, where it has an <c>Idempotency-Key</c>.</summary>
/// <param name="Key">Null where it has none.</param>
internal readonly record struct OptionalKey(RequestKey? Key);
