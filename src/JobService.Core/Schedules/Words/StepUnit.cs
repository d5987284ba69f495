namespace JobService.Core.Schedules.Words;

internal enum StepUnit
{
    Second,
    Minute,
    Hour,
}
