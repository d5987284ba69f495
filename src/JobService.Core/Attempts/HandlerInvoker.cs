using JobService.Core.Claiming;
using JobService.Core.Handlers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace JobService.Core.Attempts;

/// <summary>Runs the handler of a claim in a scope of its own. Never throws for what the handler does.</summary>
public sealed class HandlerInvoker(IServiceScopeFactory scopes, JobHandlers handlers, IOptions<HandlerOptions> options)
{
    public async ValueTask<AttemptResult> InvokeAsync(Claim claim, JobContext context, CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var outcome = await handlers[claim.Type](scope.ServiceProvider, claim.Payload, context, cancellationToken)
                ?? throw new JobFailureException("outcome.missing", "The handler answered null where it owes an outcome.");
            var result = outcome is JobOutcome.Success success ? ResultWriter.Write(success.Result, options.Value.MaxResultBytes) : null;
            return new AttemptResult.Answered(outcome, result);
        }
        catch (Exception e)
        {
            var root = AttemptErrors.Unwrap(e);
            var failure = root as JobFailureException;
            return new AttemptResult.Threw(AttemptErrors.From(root), failure?.IsRetryable ?? true, failure?.RetryAfter);
        }
    }
}
