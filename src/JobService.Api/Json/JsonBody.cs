using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using JobService.Api.Problems;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;

namespace JobService.Api.Json;

/// <summary>
/// A request read strictly from its body, as a parameter of an endpoint. Either the request together with the bytes its slices point into,
/// or the problem to answer with.
/// </summary>
internal sealed class JsonBody<T> : IBindableFromHttpContext<JsonBody<T>>, IEndpointParameterMetadataProvider
    where T : class, new()
{
    private readonly T? request;
    private readonly ProblemResult? problem;

    private JsonBody(T? request, ReadOnlyMemory<byte> bytes, ProblemResult? problem) =>
        (this.request, Bytes, this.problem) = (request, bytes, problem);

    /// <summary>The body as it came, for <see cref="JsonSlice.Of"/>.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    public bool IsRefused([NotNullWhen(true)] out ProblemResult? refused, [NotNullWhen(false)] out T? value)
    {
        (refused, value) = (problem, request);
        return refused is not null;
    }

    /// <summary>Reads <paramref name="bytes"/>, which the result keeps.</summary>
    public static JsonBody<T> Parse(ReadOnlyMemory<byte> bytes) =>
        JsonText.Parse(bytes.Span, ApiJson.TypeOf<T>()).IsRefused(out var refusal, out var request) ? Refused(refusal.ToResult()) : new(request, bytes, null);

    public static async ValueTask<JsonBody<T>?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var limit = context.GetEndpoint()?.Metadata.GetMetadata<IRequestSizeLimitMetadata>()?.MaxRequestBodySize
            ?? context.RequestServices.GetRequiredService<IOptions<ApiOptions>>().Value.MaxBodyBytes;
        var bytes = await RequestBytes.ReadAsync(context.Request, limit, context.RequestAborted);

        if (bytes is null)
            return Refused(ProblemResult.Of(ProblemKind.TooLarge, $"The body is larger than {limit} bytes."));
        if (bytes.Length == 0 && typeof(T).IsAssignableTo(typeof(IOptionalBody)))
            return new JsonBody<T>(new T(), default, null);
        if (bytes.Length > 0 && !JsonMediaType.IsJson(context.Request))
            return Refused(ProblemResult.Of(ProblemKind.UnsupportedMediaType, JsonMediaType.Expected));
        return Parse(bytes);
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new AcceptsMetadata(["application/json"], typeof(T), isOptional: typeof(T).IsAssignableTo(typeof(IOptionalBody))));

    private static JsonBody<T> Refused(ProblemResult problem) => new(null, default, problem);
}
