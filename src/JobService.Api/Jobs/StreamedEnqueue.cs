using System.Buffers;
using System.Text.Json;
using JobService.Api.Json;
using JobService.Api.Problems;
using JobService.Core.Enqueueing;
using JobService.Core.Jobs;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace JobService.Api.Jobs;

/// <summary>
/// Enqueues a stream of lines as it arrives and answers as it goes: whatever has come together is one commit. The memory it
/// takes does not depend on the length of the stream, and what was answered with 201 is durable, however the stream ends.
/// </summary>
internal sealed class StreamedEnqueue(JobRequestValidator validator, JobEnqueuer enqueuer, EnqueueHeaders headers) : IResult
{
    private const int MaxBatch = 500;

    private readonly List<(long Index, NewJob Job)> batch = [];
    private readonly List<StreamedItem> answers = [];
    private long index;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        if (httpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = null;
        var maxLine = httpContext.RequestServices.GetRequiredService<IOptions<ApiOptions>>().Value.MaxBodyBytes;
        httpContext.Response.ContentType = EnqueueJobs.NdJson;
        var (input, aborted) = (httpContext.Request.BodyReader, httpContext.RequestAborted);

        while (true)
        {
            var read = await input.ReadAsync(aborted);
            var rest = read.Buffer;
            while (TryTakeLine(ref rest, read.IsCompleted, maxLine, out var line, out var isTooLong))
            {
                Take(line, isTooLong, maxLine);
                if (batch.Count == MaxBatch)
                    await FlushAsync(httpContext.Response, aborted);
            }

            // A line longer than allowed is dropped as it comes, not gathered.
            var examined = rest.End;
            input.AdvanceTo(rest.Start, examined);
            await FlushAsync(httpContext.Response, aborted);
            if (read.IsCompleted)
                return;
            if (rest.Length > maxLine)
            {
                await RefuseRestAsync(httpContext.Response, maxLine, aborted);
                return;
            }
        }
    }

    private static bool TryTakeLine(ref ReadOnlySequence<byte> rest, bool isEnd, int maxLine, out byte[] line, out bool isTooLong)
    {
        (line, isTooLong) = ([], false);
        ReadOnlySequence<byte> taken;
        if (rest.PositionOf((byte)'\n') is { } end)
        {
            taken = rest.Slice(0, end);
            rest = rest.Slice(rest.GetPosition(1, end));
        }
        else if (isEnd && !rest.IsEmpty)
        {
            taken = rest;
            rest = rest.Slice(rest.End);
        }
        else
        {
            return false;
        }

        isTooLong = taken.Length > maxLine;
        line = isTooLong ? [] : taken.ToArray();
        return true;
    }

    private void Take(byte[] line, bool isTooLong, int maxLine)
    {
        if (isTooLong)
        {
            Answer(index++, ProblemResult.Of(ProblemKind.TooLarge, $"The line is longer than {maxLine} bytes."));
            return;
        }

        if (line.AsSpan().Trim(" \t\r"u8).IsEmpty)
            return;

        var body = JsonBody<EnqueueRequest>.Parse(line);
        if (body.IsRefused(out var problem, out var request))
            Answer(index++, problem);
        else if (validator.Validate(request, body.Bytes, headers).IsRefused(out var refusal, out var job))
            Answer(index++, refusal.ToResult());
        else
            batch.Add((index++, job));
    }

    private void Answer(long line, ProblemResult problem) =>
        answers.Add(new StreamedItem { Index = line, Status = problem.Problem.Status, Problem = problem.Problem });

    private async Task FlushAsync(HttpResponse response, CancellationToken aborted)
    {
        if (batch.Count > 0)
        {
            var results = await enqueuer.EnqueueEachAsync(batch.ConvertAll(item => item.Job), aborted);
            for (var i = 0; i < results.Count; i++)
            {
                if (results[i].IsRefused(out var refusal, out var enqueued))
                    Answer(batch[i].Index, refusal.ToResult());
                else
                    answers.Add(new StreamedItem { Index = batch[i].Index, Status = StatusCodes.Status201Created, Id = enqueued.Id.ToString() });
            }

            batch.Clear();
        }

        if (answers.Count == 0)
            return;
        foreach (var answer in answers.OrderBy(answer => answer.Index))
        {
            JsonSerializer.Serialize(new Utf8JsonWriter(response.BodyWriter), answer, ApiJson.TypeOf<StreamedItem>());
            response.BodyWriter.Write("\n"u8);
        }

        answers.Clear();
        await response.BodyWriter.FlushAsync(aborted);
    }

    private async Task RefuseRestAsync(HttpResponse response, int maxLine, CancellationToken aborted)
    {
        Answer(index, ProblemResult.Of(ProblemKind.TooLarge, $"The line is longer than {maxLine} bytes; nothing from it on was read."));
        await FlushAsync(response, aborted);
    }
}
