using System.Text.Json.Serialization;
using JobService.Api.Json;

namespace JobService.Api.Jobs;

/// <summary>The sequence a job is of: its key, and what becomes of those behind it when it fails; or the key alone.</summary>
/// <param name="Members">What is said of it.</param>
/// <param name="IsKeyOnly">Whether it was written as the key alone, so that faults point at the member itself.</param>
[JsonConverter(typeof(SequenceRequestConverter))]
[ObjectForm(typeof(SequenceMembers))]
internal sealed record SequenceRequest(SequenceMembers Members, bool IsKeyOnly);
