namespace JobService.Api.Security;

/// <summary>Who may call; bound to <c>JobService:Security</c>.</summary>
internal sealed class SecurityOptions
{
    public const string Section = "JobService:Security";
    public const int MinKeyLength = 32;

    /// <summary>
    /// API keys by the name of who holds them, each at least 32 characters. Outside Development there must be one; in
    /// Development none means that only this machine may call.
    /// </summary>
    public Dictionary<string, string> ApiKeys { get; set; } = new(StringComparer.Ordinal);
}
