using System.Data.Common;
using Microsoft.Extensions.Options;

namespace JobService.Core.Diagnostics;

/// <summary>Tells what keeps a process from starting and its configuration mends from what is a bug: a sentence instead of a stack.</summary>
public static class StartFault
{
    private const string Binder = "Microsoft.Extensions.Configuration.Binder";

    /// <summary>What is wrong and what to do about it; null for a bug.</summary>
    public static string? Describe(Exception e) => e switch
    {
        // Several at once are told at once.
        AggregateException { InnerExceptions: var several } when several.All(one => Describe(one) is not null) => string.Join(' ', several.Select(Describe)),
        OptionsValidationException wrong => string.Join(' ', wrong.Failures),

        // A value that is no number, no duration, neither true nor false: the message names its key.
        InvalidOperationException { Source: Binder } => $"{e.Message} Correct the value, or leave it out for the default.",
        InvalidOperationException => e.Message,
        DbException => $"The database can't be used: {e.Message}",
        _ => null,
    };
}
