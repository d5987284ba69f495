namespace JobService.Core.Schedules;

/// <summary>Why a cron expression can't be read: a sentence for whoever wrote it. Never leaves <see cref="CronParser"/>.</summary>
internal sealed class CronFaultException(string message) : Exception(message);
