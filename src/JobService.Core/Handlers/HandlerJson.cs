using System.Text.Json;

namespace JobService.Core.Handlers;

/// <summary>How payloads are read and results are written: System.Text.Json's web defaults, with durations as the API has them.</summary>
public static class HandlerJson
{
    public static JsonSerializerOptions Options { get; } = Make();

    private static JsonSerializerOptions Make()
    {
        var options = new JsonSerializerOptions(JsonSerializerOptions.Web) { Converters = { new DurationConverter() } };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
