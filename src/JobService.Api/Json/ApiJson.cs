using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using JobService.Core.Jobs;
using JobService.Core.Jobs.Json;

namespace JobService.Api.Json;

/// <summary>How the API reads and writes JSON: exact names, no number in quotes, no member twice, no byte written that wasn't asked for.</summary>
internal static class ApiJson
{
    /// <summary>How deep a whole request may nest: a payload at its deepest, and what stands around it.</summary>
    public const int MaxDepth = JobJson.MaxDepth + 8;

    public static JsonSerializerOptions Options { get; } = Make();

    public static JsonTypeInfo<T> TypeOf<T>() => (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T));

    /// <summary>Makes other options, those of the host, read and write alike.</summary>
    public static void Configure(JsonSerializerOptions options)
    {
        options.TypeInfoResolverChain.Insert(0, ApiJsonContext.Default);
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.PropertyNameCaseInsensitive = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.AllowDuplicateProperties = false;
        options.MaxDepth = MaxDepth;
        // Answers are application/json and never part of a page, so nothing needs escaping but what JSON itself asks for.
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.Converters.Add(new UtcTimeConverter());
        options.Converters.Add(new WholeNumberConverter<int>());
        options.Converters.Add(new WholeNumberConverter<long>());
        options.Converters.Add(new JsonStringEnumConverter<JobState>(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
    }

    private static JsonSerializerOptions Make()
    {
        var options = new JsonSerializerOptions();
        Configure(options);
        options.MakeReadOnly();
        return options;
    }
}
