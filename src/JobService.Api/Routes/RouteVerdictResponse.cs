namespace JobService.Api.Routes;

/// <summary>What a rule says of a job.</summary>
internal sealed record RouteVerdictResponse
{
    /// <example>refunds</example>
    public required string Name { get; init; }

    /// <example>false</example>
    public required bool Met { get; init; }

    /// <summary>The first condition that it does not meet; null where it meets all.</summary>
    /// <example>Its type is 'payment.capture', and the rule asks for payment.refund.</example>
    public required string? WhyNot { get; init; }
}
