using System.Reflection;
using JobService.Core.Jobs;
using JobService.Core.Queues;
using Microsoft.Extensions.DependencyInjection;

namespace JobService.Core.Handlers;

/// <summary>Registers the handlers of job types.</summary>
public static class JobHandlerRegistration
{
    private static readonly MethodInfo OfPayload = Method(nameof(Plain));
    private static readonly MethodInfo OfResult = Method(nameof(WithResult));

    /// <summary>
    /// Registers <typeparamref name="THandler"/> under the given type, or the one its <see cref="JobAttribute"/> names. It is
    /// made anew for each attempt, in a scope of its own.
    /// </summary>
    /// <exception cref="ArgumentException">It has no type, an impossible one, or does not implement exactly one handler interface.</exception>
    public static IServiceCollection AddJobHandler<THandler>(this IServiceCollection services, string? type = null)
        where THandler : class
    {
        var name = type ?? typeof(THandler).GetCustomAttribute<JobAttribute>()?.Type
            ?? throw new ArgumentException($"{typeof(THandler)} has no [Job] attribute: name its job type.", nameof(type));
        if (!JobType.TryParse(name, out var jobType))
            throw new ArgumentException($"The job type '{name}' does not match {NamePattern.Expression}.", nameof(type));

        Type[] contracts = [.. typeof(THandler).GetInterfaces().Where(IsContract)];
        if (contracts is not [var contract])
        {
            throw new ArgumentException(
                $"{typeof(THandler)} must implement one of IJobHandler<TPayload> and IJobHandler<TPayload, TResult>, once; it implements {contracts.Length}.");
        }

        // The one use of reflection: from here on each attempt calls a closed delegate.
        var arguments = contract.GetGenericArguments();
        var method = (arguments.Length == 1 ? OfPayload : OfResult).MakeGenericMethod([typeof(THandler), .. arguments]);
        services.AddTransient<THandler>();
        services.AddSingleton(new RegisteredHandler(jobType, method.CreateDelegate<HandlerCall>(), arguments[0]));
        return services;
    }

    private static bool IsContract(Type type) =>
        type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(IJobHandler<>) || type.GetGenericTypeDefinition() == typeof(IJobHandler<,>));

    private static MethodInfo Method(string name) => typeof(JobHandlerRegistration).GetMethod(name, BindingFlags.NonPublic | BindingFlags.Static)!;

    private static Task<JobOutcome> Plain<THandler, TPayload>(
        IServiceProvider scope, ReadOnlyMemory<byte> payload, JobContext context, CancellationToken cancellationToken)
        where THandler : class, IJobHandler<TPayload> =>
        scope.GetRequiredService<THandler>().HandleAsync(PayloadReader.Read<TPayload>(payload), context, cancellationToken);

    private static async Task<JobOutcome> WithResult<THandler, TPayload, TResult>(
        IServiceProvider scope, ReadOnlyMemory<byte> payload, JobContext context, CancellationToken cancellationToken)
        where THandler : class, IJobHandler<TPayload, TResult> =>
        (await scope.GetRequiredService<THandler>().HandleAsync(PayloadReader.Read<TPayload>(payload), context, cancellationToken)).Outcome;
}
