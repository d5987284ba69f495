using System.Net.Http.Headers;
using System.Text.Json;
using JobService.Api.Tests.EnqueueInSql;
using JobService.Api.Tests.Service;

namespace JobService.Api.Tests.OpenApi;

/// <summary>The requests that Swagger shows to who wants to try them.</summary>
public sealed class ShownRequestTests(ApiServiceWithoutWorker api) : IClassFixture<ApiServiceWithoutWorker>
{
    [Fact]
    public async Task Each_job_that_is_shown_can_be_sent_after_all_others_and_again()
    {
        var paths = (await api.GetAsync("/swagger/v1/swagger.json")).With(200).Json.GetProperty("paths");
        var shown = (
            from path in (string[])[Calls.Jobs, $"{Calls.Jobs}/bulk", $"{Calls.Jobs}/validate"]
            from content in paths.GetProperty(path).GetProperty("post").GetProperty("requestBody").GetProperty("content").EnumerateObject()
            from example in content.Value.GetProperty("examples").EnumerateObject()
            let value = example.Value.GetProperty("value")
            select (path, content.Name, value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText())).ToArray();

        Assert.True(shown.Length >= 10);
        foreach (var (path, mediaType, body) in (IEnumerable<(string, string, string)>)[.. shown, .. shown])
        {
            using var content = new StringContent(body, new MediaTypeHeaderValue(mediaType));
            var answer = await api.SendAsync("POST", path, content);
            Assert.True(answer.Status is 200 or 201, $"{path} answers {answer.Status} to {body}: {answer.Text}");
        }
    }
}
