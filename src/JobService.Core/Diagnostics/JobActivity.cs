using System.Diagnostics;

namespace JobService.Core.Diagnostics;

/// <summary>The source of this service's spans.</summary>
public static class JobActivity
{
    public static readonly ActivitySource Source = new("JobService");
}
