using System.Text.Json;

namespace JobService.Core.JobTypes.Schemas;

/// <summary>What one keyword says of a value; where it says no, the run is told why.</summary>
internal delegate bool SchemaCheck(JsonElement value, SchemaRun run);
