using System.Text.Json.Serialization;

namespace JobService.Core.JobTypes.Schemas;

/// <summary>Names of members as values, which a schema may look at too.</summary>
[JsonSerializable(typeof(string))]
internal sealed partial class SchemaJson : JsonSerializerContext;
