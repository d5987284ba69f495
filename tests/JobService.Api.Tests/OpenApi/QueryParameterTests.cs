using System.Text.Json;
using JobService.Api.Tests.Service;

namespace JobService.Api.Tests.OpenApi;

/// <summary>Of every operation there is: what it declares in its query string it takes, and nothing else.</summary>
public sealed class QueryParameterTests(ApiService api) : IClassFixture<ApiService>
{
    [Fact]
    public async Task A_parameter_that_no_operation_declares_is_refused_by_all()
    {
        var operations = await OperationsAsync();
        foreach (var (method, path, declared) in operations)
        {
            var (_, detail) = Fault((await api.SendAsync(method, $"{path}?noSuch=1", body: null)).Problem(422, "invalid"), "noSuch");
            Assert.All(declared, name => Assert.Contains(name, detail, StringComparison.Ordinal));
        }

        Assert.True(operations.Count > 50, $"There are {operations.Count} operations.");
    }

    [Fact]
    public async Task A_parameter_that_is_declared_is_taken()
    {
        var taken = 0;
        foreach (var (method, path, declared) in await OperationsAsync())
        {
            foreach (var name in declared)
            {
                Assert.Equal("GET", method);
                Assert.DoesNotContain("no such parameter", (await api.GetAsync($"{path}?{name}=1")).Text, StringComparison.Ordinal);
                taken++;
            }
        }

        Assert.True(taken >= 20, $"{taken} parameters are declared.");
    }

    [Theory]
    [InlineData("?Limit=1", 422, "Limit")]
    [InlineData("?limit=1&noSuch", 422, "noSuch")]
    [InlineData("?=1", 422, "")]
    [InlineData("?a%00=1", 400, "")]
    public async Task A_name_is_taken_as_it_is_written(string query, int status, string pointer) =>
        Fault((await api.GetAsync($"{Calls.Jobs}{query}")).With(status), pointer);

    [Fact]
    public async Task A_bulk_action_whose_dry_run_stands_in_the_wrong_place_does_nothing()
    {
        var id = (await api.EnqueueAsync("""{"type":"nobody.does","tags":{"dry":"misplaced"}}""")).Id;

        Fault((await api.PostAsync("/api/v1/bulk-actions?dryRun=true", """{"action":"delete","filter":{"tag":"dry:misplaced"}}""")).Problem(422, "invalid"), "dryRun");

        Assert.Empty((await api.GetAsync("/api/v1/bulk-actions")).With(200).Json.GetProperty("items").EnumerateArray());
        (await api.GetAsync($"{Calls.Jobs}/{id}")).With(200);
    }

    [Theory]
    [InlineData("/health/live?probe=1")]
    [InlineData("/problems?from=search")]
    [InlineData("/swagger/v1/swagger.json?version=1")]
    public async Task Outside_the_API_anything_may_be_asked_beside(string path) => (await api.GetAsync(path)).With(200);

    private static (string Pointer, string Detail) Fault(Answer answer, string pointer)
    {
        var fault = Assert.Single(answer.Json.GetProperty("errors").EnumerateArray().ToArray());
        Assert.Equal(pointer, fault.GetProperty("pointer").GetString());
        return (pointer, fault.GetProperty("detail").GetString()!);
    }

    private async Task<List<(string Method, string Path, string[] Declared)>> OperationsAsync()
    {
        var document = (await api.GetAsync("/swagger/v1/swagger.json")).With(200).Json;
        return
        [
            .. from path in document.GetProperty("paths").EnumerateObject()
               where path.Name.StartsWith("/api/", StringComparison.Ordinal)
               from operation in path.Value.EnumerateObject()
               select (operation.Name.ToUpperInvariant(), path.Name.Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal), Declared(operation.Value)),
        ];
    }

    private static string[] Declared(JsonElement operation) =>
        operation.TryGetProperty("parameters", out var parameters)
            ? [.. parameters.EnumerateArray().Where(parameter => parameter.GetProperty("in").GetString() is "query").Select(parameter => parameter.GetProperty("name").GetString()!)]
            : [];
}
