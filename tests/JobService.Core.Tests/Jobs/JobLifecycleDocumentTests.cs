using System.Runtime.CompilerServices;

namespace JobService.Core.Tests.Jobs;

public sealed class JobLifecycleDocumentTests
{
    [Fact]
    public async Task The_page_about_the_life_of_a_job_says_what_the_state_machine_says()
    {
        var page = Page();
        var text = new JobLifecycleDocument().Write();
        if (string.Equals(Environment.GetEnvironmentVariable("JOBSERVICE_APPROVE"), "1", StringComparison.Ordinal))
            await File.WriteAllTextAsync(page, text, TestContext.Current.CancellationToken);

        Assert.Equal(await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken), text);
    }

    private static string Page([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "docs", "job-lifecycle.md"));
}
