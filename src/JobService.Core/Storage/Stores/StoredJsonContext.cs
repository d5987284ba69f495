using System.Text.Json;
using System.Text.Json.Serialization;
using JobService.Core.Jobs;

namespace JobService.Core.Storage.Stores;

/// <summary>The source-generated metadata of what is stored as JSON.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(JobPolicies))]
[JsonSerializable(typeof(JobSchedule))]
[JsonSerializable(typeof(StoredRoute))]
[JsonSerializable(typeof(StoredDefaults))]
[JsonSerializable(typeof(StoredFilter))]
[JsonSerializable(typeof(List<StoredRefusal>))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class StoredJsonContext : JsonSerializerContext;
