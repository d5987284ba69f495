using Microsoft.AspNetCore.Http.Metadata;

namespace JobService.Api.Jobs;

/// <summary>An endpoint takes more bytes than others do.</summary>
internal sealed record RequestSizeLimit(long? MaxRequestBodySize) : IRequestSizeLimitMetadata;
