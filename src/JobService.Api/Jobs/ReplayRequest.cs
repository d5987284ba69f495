using JobService.Api.Json;

namespace JobService.Api.Jobs;

/// <summary>What a new job, made from an old one, has different. Times are not taken over from the old job; all else is.</summary>
internal sealed record ReplayRequest : JobRequest, IOptionalBody;
