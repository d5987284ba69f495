using System.Text.Json;

namespace JobService.Core.Handlers;

/// <summary>How payloads are read and results are written: System.Text.Json's web defaults.</summary>
public static class JobJson
{
    public static JsonSerializerOptions Options { get; } = JsonSerializerOptions.Web;
}
