using System.Text.Json.Serialization;
using JobService.Api.Json;

namespace JobService.Api.Jobs;

/// <summary>How long an attempt may take: both limits, or a single duration, the soft one.</summary>
/// <param name="Limits">The limits.</param>
/// <param name="IsSoftOnly">Whether it was written as a single duration, so that faults point at the member itself.</param>
[JsonConverter(typeof(TimeoutRequestConverter))]
[ObjectForm(typeof(TimeoutLimits))]
internal sealed record TimeoutRequest(TimeoutLimits Limits, bool IsSoftOnly);
