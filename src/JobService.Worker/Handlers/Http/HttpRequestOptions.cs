using System.ComponentModel.DataAnnotations;

namespace JobService.Worker.Handlers.Http;

/// <summary>How <c>http.request</c> jobs call out; bound to <c>JobService:HttpRequests</c>.</summary>
public sealed class HttpRequestOptions
{
    public const string Section = "JobService:HttpRequests";

    /// <summary>
    /// Whether private, loopback and link-local addresses may be called; default false, since whoever may enqueue could
    /// otherwise reach what only this machine should.
    /// </summary>
    public bool AllowPrivateNetworks { get; set; }

    /// <summary>Signs each call as Standard Webhooks has it: <c>whsec_</c> and 24 to 64 bytes in Base64. None by default.</summary>
    public string? Secret { get; set; }

    /// <summary>How much of an answer is kept as the result, in bytes: 0 to 16 MiB, default 256 KiB. A longer one is cut, as text.</summary>
    [Range(0, 16 * 1024 * 1024, ErrorMessage = "JobService:HttpRequests:MaxResponseBytes must be between 0 and 16777216.")]
    public int MaxResponseBytes { get; set; } = 256 * 1024;

    /// <summary>How long a call may take when the job does not say: default 30 s.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    internal byte[]? SecretBytes()
    {
        const string prefix = "whsec_";
        if (Secret is null)
            return null;
        var text = Secret.StartsWith(prefix, StringComparison.Ordinal) ? Secret[prefix.Length..] : Secret;
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) && length is >= 24 and <= 64 ? bytes[..length] : null;
    }
}
