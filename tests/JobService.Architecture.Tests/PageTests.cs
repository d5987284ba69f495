using System.Reflection;
using JobService.Core.Retries;
using JobService.Worker;

namespace JobService.Architecture.Tests;

public sealed class PageTests
{
    [Fact]
    public void Links_lead_somewhere() => Assert.Empty(PageRules.BrokenLinks(Product.Pages(), Product.Root));

    [Fact]
    public void Each_option_is_on_the_page_about_configuration()
    {
        var names = new List<string>();
        foreach (var type in ((Assembly[])[Product.Core, Product.Worker, Product.Api]).SelectMany(assembly => assembly.GetTypes()))
        {
            if (type.GetField("Section")?.GetRawConstantValue() is string section)
                names.AddRange([section, .. type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => property.Name)]);
        }

        Assert.Contains(nameof(WorkerOptions.DrainGrace), names);
        Assert.Empty(PageRules.Missing(Product.Page("docs/reference/configuration.md"), names));
    }

    [Fact]
    public void Each_kind_of_problem_and_each_reason_is_on_the_page_about_errors()
    {
        var kinds = (IEnumerable<object>)Product.Api.GetType("JobService.Api.Problems.ProblemKind")!.GetField("All")!.GetValue(null)!;
        var types = kinds.Select(kind => (string)kind.GetType().GetProperty("Type")!.GetValue(kind)!).ToArray();
        var reasons = typeof(FailureReason).GetFields().Select(field => (string)field.GetRawConstantValue()!).ToArray();

        Assert.NotEmpty(types);
        Assert.NotEmpty(reasons);
        Assert.Empty(PageRules.Missing(Product.Page("docs/reference/errors.md"), [.. types, .. reasons]));
    }

    [Fact]
    public void Each_setting_of_hot_connections_is_on_the_page_about_operations()
    {
        var settings = (string)Product.Core.GetType("JobService.Core.Storage.PostgresDatabase")!
            .GetField("HotSettings", BindingFlags.Public | BindingFlags.Static)!.GetRawConstantValue()!;
        var page = Product.Page("docs/guides/operations.md").Text;

        Assert.All(
            settings.Split("-c ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(setting => setting.Split('=')),
            setting => Assert.Contains($"SET {setting[0]} = {setting[1]};", page, StringComparison.Ordinal));
    }

    [Fact]
    public void Each_error_of_an_attempt_is_on_the_page_about_errors()
    {
        var types = PageRules.ErrorTypes(Product.Sources("src").Concat(Product.Statements())
            .Where(file => !file.Path.Contains("/Demo/", StringComparison.Ordinal))).ToArray();

        Assert.All((string[])["worker.lost", "timeout.hard", "error.unnamed", "http.connection", "result.invalid"], type => Assert.Contains(type, types));
        Assert.Empty(PageRules.Missing(Product.Page("docs/reference/errors.md"), types));
    }
}
