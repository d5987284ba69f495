using System.Runtime.CompilerServices;
using System.Text.Json;
using JobService.Api.Tests.Service;
using Microsoft.OpenApi;

namespace JobService.Api.Tests.OpenApi;

/// <summary>The OpenAPI document: valid, complete, and as it was approved. JOBSERVICE_APPROVE=1 approves it anew.</summary>
public sealed class DocumentTests(ApiService api) : IClassFixture<ApiService>
{
    private const string Path = "/swagger/v1/swagger.json";

    [Fact]
    public async Task The_document_is_the_approved_one()
    {
        var approved = ApprovedFile();
        var document = (await api.GetAsync(Path)).With(200).Text.ReplaceLineEndings("\n").TrimEnd('\n') + "\n";
        if (string.Equals(Environment.GetEnvironmentVariable("JOBSERVICE_APPROVE"), "1", StringComparison.Ordinal))
            await File.WriteAllTextAsync(approved, document, TestContext.Current.CancellationToken);

        Assert.Equal(await File.ReadAllTextAsync(approved, TestContext.Current.CancellationToken), document);
    }

    [Fact]
    public async Task A_reader_that_is_not_ours_finds_no_fault()
    {
        var text = (await api.GetAsync(Path)).With(200).Text;
        var read = OpenApiDocument.Parse(text, "json");

        Assert.StartsWith("3.1", JsonDocument.Parse(text).RootElement.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        Assert.Empty(read.Diagnostic!.Errors);
        Assert.Empty(read.Diagnostic.Warnings);
    }

    [Fact]
    public async Task Every_operation_is_explained_and_shown()
    {
        var missing = new List<string>();
        var document = (await api.GetAsync(Path)).With(200).Json;
        foreach (var (name, operation) in Operations(document))
        {
            if (!operation.TryGetProperty("summary", out var summary) || summary.GetString()!.Length < 10)
                missing.Add($"{name}: summary");
            if (!operation.TryGetProperty("description", out var description) || description.GetString()!.Length < 10)
                missing.Add($"{name}: description");
            foreach (var parameter in operation.TryGetProperty("parameters", out var parameters) ? parameters.EnumerateArray().ToArray() : [])
            {
                var isShown = parameter.TryGetProperty("example", out _) || parameter.GetProperty("description").GetString()!.Contains("such as `", StringComparison.Ordinal);
                if (!isShown)
                    missing.Add($"{name}: {parameter.GetProperty("name")}");
            }

            if (operation.TryGetProperty("requestBody", out var body))
                missing.AddRange(body.GetProperty("content").EnumerateObject().Where(content => !content.Value.TryGetProperty("examples", out _)).Select(content => $"{name}: {content.Name}"));
            foreach (var answer in operation.GetProperty("responses").EnumerateObject())
            {
                if (answer.Name[0] is '2' && answer.Value.GetProperty("description").GetString()!.StartsWith("The body is not JSON", StringComparison.Ordinal))
                    missing.Add($"{name}: what {answer.Name} says");
                foreach (var content in answer.Value.TryGetProperty("content", out var contents) ? contents.EnumerateObject().ToArray() : [])
                {
                    if (!content.Value.TryGetProperty("example", out _) || !content.Value.TryGetProperty("schema", out _))
                        missing.Add($"{name}: {answer.Name}");
                }
            }
        }

        Assert.Empty(missing);
    }

    [Fact]
    public async Task Nothing_is_filled_in_that_would_make_a_call_fail_or_find_nothing()
    {
        var document = (await api.GetAsync(Path)).With(200).Json;
        var filledIn =
            from operation in Operations(document)
            where operation.Operation.TryGetProperty("parameters", out _)
            from parameter in operation.Operation.GetProperty("parameters").EnumerateArray()
            where parameter.TryGetProperty("example", out _) && !(parameter.TryGetProperty("required", out var required) && required.GetBoolean())
            select parameter.GetProperty("name").GetString();

        Assert.Equal(["Prefer", "count", "limit"], filledIn.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_parameter_of_a_path_is_told_in_the_words_of_what_the_path_is_of()
    {
        var document = (await api.GetAsync(Path)).With(200).Json;
        foreach (var (name, operation) in Operations(document))
        {
            var path = name[(name.IndexOf(' ', StringComparison.Ordinal) + 1)..];
            var resource = path.Replace("/api/v1/", "/", StringComparison.Ordinal).Split('/')[1].Replace('-', ' ')[..^1];
            foreach (var parameter in path.Contains('{', StringComparison.Ordinal) ? operation.GetProperty("parameters").EnumerateArray().ToArray() : [])
            {
                if (parameter.GetProperty("in").GetString() is not "path")
                    continue;
                Assert.Matches($@"(?i)\bthe {resource}\b", parameter.GetProperty("description").GetString());
                path = path.Replace($"{{{parameter.GetProperty("name").GetString()}}}", parameter.GetProperty("example").GetString(), StringComparison.Ordinal);
            }

            var instances =
                from answer in operation.GetProperty("responses").EnumerateObject()
                where answer.Value.TryGetProperty("content", out _)
                from content in answer.Value.GetProperty("content").EnumerateObject()
                where content.Name is "application/problem+json"
                select content.Value.GetProperty("example").GetProperty("instance").GetString();
            Assert.All(instances, instance => Assert.Equal(path, instance));
        }
    }

    [Fact]
    public async Task A_version_that_has_to_be_named_is_a_parameter_that_has_to_be_given()
    {
        var document = (await api.GetAsync(Path)).With(200).Json;
        foreach (var (name, operation) in Operations(document))
        {
            var required = operation.TryGetProperty("parameters", out var parameters)
                && parameters.EnumerateArray().Any(parameter => parameter.GetProperty("name").GetString() is "If-Match" && parameter.TryGetProperty("required", out var isRequired) && isRequired.GetBoolean());
            Assert.True(operation.GetProperty("responses").TryGetProperty("428", out _) == required, name);
        }
    }

    [Fact]
    public async Task The_call_that_is_shown_is_the_one_to_try_first()
    {
        var document = (await api.GetAsync(Path)).With(200).Json;
        var shown = document.GetProperty("paths").GetProperty("/api/v1/jobs").GetProperty("post").GetProperty("requestBody")
            .GetProperty("content").GetProperty("application/json").GetProperty("examples").GetProperty("http.request").GetProperty("value");
        var readme = await File.ReadAllTextAsync(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(ApprovedFile())!, "../../README.md"), TestContext.Current.CancellationToken);

        Assert.Equal(["url"], Names(shown.GetProperty("payload")));
        Assert.Contains($"\"payload\": {{\"url\": {shown.GetProperty("payload").GetProperty("url").GetRawText()}}}", readme, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_request_that_is_shown_is_accepted()
    {
        var document = (await api.GetAsync(Path)).With(200).Json;
        var examples = document.GetProperty("paths").GetProperty("/api/v1/jobs").GetProperty("post").GetProperty("requestBody")
            .GetProperty("content").GetProperty("application/json").GetProperty("examples");
        foreach (var example in examples.EnumerateObject())
            (await api.PostAsync($"{Calls.Jobs}/validate", example.Value.GetProperty("value").GetRawText())).With(200);
        Assert.True(examples.EnumerateObject().Count() >= 5);
    }

    [Fact]
    public async Task No_bulk_action_that_is_shown_takes_anything_away()
    {
        var document = (await api.GetAsync(Path)).With(200).Json;
        var examples = document.GetProperty("paths").GetProperty("/api/v1/bulk-actions").GetProperty("post").GetProperty("requestBody")
            .GetProperty("content").GetProperty("application/json").GetProperty("examples").EnumerateObject().Select(example => example.Value.GetProperty("value")).ToArray();
        foreach (var example in examples)
        {
            var isDry = example.TryGetProperty("dryRun", out var dryRun) && dryRun.GetBoolean();
            Assert.True(isDry || example.GetProperty("action").GetString() is "retry", example.GetRawText());
            Assert.NotEmpty(example.GetProperty("filter").EnumerateObject());
            (await api.PostAsync("/api/v1/bulk-actions", example.GetRawText())).With(isDry ? 200 : 202);
        }

        Assert.Contains("delete", examples.Select(example => example.GetProperty("action").GetString()));
    }

    [Fact]
    public async Task A_job_that_is_shown_has_every_member_of_a_real_one()
    {
        var job = await api.EnqueueAsync("""{"type":"nobody.does"}""");
        var document = (await api.GetAsync(Path)).With(200).Json;
        var shown = document.GetProperty("paths").GetProperty("/api/v1/jobs/{id}").GetProperty("get").GetProperty("responses").GetProperty("200")
            .GetProperty("content").GetProperty("application/json").GetProperty("example");

        Assert.Equal(Names(job.Json), Names(shown));
        Assert.Equal(Names(job.Json).Order(StringComparer.Ordinal), Names(document.GetProperty("components").GetProperty("schemas").GetProperty("Job").GetProperty("properties")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Swagger_is_served_where_people_look_for_it()
    {
        Assert.Equal("/swagger", (await api.GetAsync("/")).With(302).Headers.Location!.ToString());
        Assert.Contains("swagger-ui", (await api.GetAsync("/swagger/index.html")).With(200).Text, StringComparison.Ordinal);
    }

    private static IEnumerable<(string Name, JsonElement Operation)> Operations(JsonElement document) =>
        from path in document.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        select ($"{operation.Name.ToUpperInvariant()} {path.Name}", operation.Value);

    private static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(member => member.Name);

    private static string ApprovedFile([CallerFilePath] string here = "") =>
        System.IO.Path.GetFullPath(System.IO.Path.Combine(here, "../../../../docs/reference/openapi.json"));
}
