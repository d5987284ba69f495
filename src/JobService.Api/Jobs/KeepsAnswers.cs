namespace JobService.Api.Jobs;

/// <summary>Of an endpoint: with an <c>Idempotency-Key</c> it does what it is asked once.</summary>
internal sealed class KeepsAnswers;
