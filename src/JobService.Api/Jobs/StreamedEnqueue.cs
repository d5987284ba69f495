using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using JobService.Api.Json;
using JobService.Api.Problems;
using JobService.Core.Enqueueing;
using JobService.Core.Jobs;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Options;

namespace JobService.Api.Jobs;

/// <summary>
/// Enqueues a stream of lines as it arrives and answers as it goes: whatever has come together is one commit. The memory it
/// takes does not depend on the length of the stream, and what was answered with 201 is durable, however the stream ends.
/// </summary>
internal sealed class StreamedEnqueue(JobRequestValidator validator, JobEnqueuer enqueuer, EnqueueHeaders headers) : IResult
{
    private const int MaxBatch = 500;

    // Many clients read nothing until all is sent. So many answers wait for them, some 200,000, before they are waited for.
    private const int MaxUnread = 16 * 1024 * 1024;

    private readonly List<(long Index, NewJob Job)> batch = [];
    private readonly List<StreamedItem> answers = [];
    private readonly Pipe unread = new(new PipeOptions(pauseWriterThreshold: MaxUnread, resumeWriterThreshold: MaxUnread / 2, useSynchronizationContext: false));
    private long index;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        AllowAnyLengthAndPace(httpContext.Features);
        httpContext.Response.ContentType = EnqueueJobs.NdJson;
        var maxLine = httpContext.RequestServices.GetRequiredService<IOptions<ApiOptions>>().Value.MaxBodyBytes;

        var sending = SendAsync(httpContext.Response.BodyWriter, httpContext.RequestAborted);
        try
        {
            await TakeAllAsync(httpContext.Request.BodyReader, maxLine, httpContext.RequestAborted);
        }
        finally
        {
            // What has been answered goes out even when the rest of the stream can't be read.
            await unread.Writer.CompleteAsync();
            await sending;
        }
    }

    private async Task TakeAllAsync(PipeReader input, int maxLine, CancellationToken aborted)
    {
        var lines = new LineSplitter(maxLine);
        while (true)
        {
            var read = await input.ReadAsync(aborted);
            var rest = read.Buffer;
            while (lines.TryTake(ref rest, read.IsCompleted, out var line))
            {
                Take(line, maxLine);
                if (batch.Count + answers.Count >= MaxBatch)
                    await AnswerAsync(aborted);
            }

            input.AdvanceTo(rest.Start, rest.End);
            await AnswerAsync(aborted);
            if (read.IsCompleted)
                return;
        }
    }

    private void Take(byte[]? line, int maxLine)
    {
        if (line is null)
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

    private async Task AnswerAsync(CancellationToken aborted)
    {
        if (batch.Count > 0)
        {
            var results = await enqueuer.EnqueueEachAsync(batch.ConvertAll(item => item.Job), aborted);
            for (var i = 0; i < results.Count; i++)
            {
                if (results[i].IsRefused(out var refusal, out var enqueued))
                    Answer(batch[i].Index, refusal.ToResult());
                else
                    answers.Add(new StreamedItem { Index = batch[i].Index, Status = enqueued.IsDeduplicated ? StatusCodes.Status200OK : StatusCodes.Status201Created, Id = enqueued.Id.ToString() });
            }

            batch.Clear();
        }

        if (answers.Count == 0)
            return;
        Write(unread.Writer);
        await unread.Writer.FlushAsync(aborted);
    }

    private void Write(PipeWriter output)
    {
        using var writer = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = ApiJson.Options.Encoder });
        foreach (var answer in answers.OrderBy(answer => answer.Index))
        {
            JsonSerializer.Serialize(writer, answer, ApiJson.TypeOf<StreamedItem>());
            writer.Flush();
            output.Write("\n"u8);
            writer.Reset();
        }

        answers.Clear();
    }

    private async Task SendAsync(PipeWriter response, CancellationToken aborted)
    {
        try
        {
            await unread.Reader.CopyToAsync(response, aborted);
        }
        finally
        {
            // Nobody reads on: a writer that waits for room must not wait for ever.
            await unread.Reader.CompleteAsync();
        }
    }

    // Who streams sends a line when there is one, and reads when there is time.
    private static void AllowAnyLengthAndPace(IFeatureCollection features)
    {
        if (features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = null;
        if (features.Get<IHttpMinRequestBodyDataRateFeature>() is { } incoming)
            incoming.MinDataRate = null;
        if (features.Get<IHttpMinResponseDataRateFeature>() is { } outgoing)
            outgoing.MinDataRate = null;
    }
}
