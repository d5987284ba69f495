using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using JobService.Api.Json;
using JobService.Core.Jobs;
using Microsoft.Net.Http.Headers;

namespace JobService.Api.Jobs;

/// <summary>The version of a job that a caller has seen: its revision, and a hash of all that is shown of it, which changes without an edit too.</summary>
internal static class JobETag
{
    private const int HashLength = 8;

    /// <summary>A strong tag: equal tags, equal bytes.</summary>
    public static EntityTagHeaderValue Of(Job job, JobResponse shown)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(shown, ApiJson.TypeOf<JobResponse>()), hash);
        return new EntityTagHeaderValue(string.Create(CultureInfo.InvariantCulture, $"\"{job.Revision}-{Convert.ToHexStringLower(hash[..HashLength])}\""));
    }
}
