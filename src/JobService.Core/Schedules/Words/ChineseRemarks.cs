namespace JobService.Core.Schedules.Words;

/// <summary>What is told beside a cadence, in Chinese.</summary>
internal static class ChineseRemarks
{
    public const string BothDays = "同时指定了日期和星期：两者都满足的日子才会触发，而其他 cron 只需满足其一。";

    public static string? Of(ClockChange change) => change switch
    {
        ClockChange.Moved => "时钟拨快，跳过了这个时间；改在拨快的那一刻触发。",
        ClockChange.Merged => "时钟拨快，跳过了这个时间；改在拨快的那一刻触发，落在同一时刻的其他几次不再触发。",
        ClockChange.SomeDropped => "时钟拨快；在此之前被跳过的时间不触发。",
        ClockChange.First => "时钟拨慢，这个时间会出现两次；只在第一次触发。",
        ClockChange.Again => "时钟拨慢，这个时间再次出现，再触发一次。",
        _ => null,
    };
}
