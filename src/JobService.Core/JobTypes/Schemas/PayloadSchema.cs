using System.Text;
using System.Text.Json;
using JobService.Core.Errors;
using JobService.Core.Jobs.Json;

namespace JobService.Core.JobTypes.Schemas;

/// <summary>
/// A JSON Schema (2020-12) of payloads, with bounds: it fetches nothing, its patterns match in linear time, numbers are exact, and a payload is checked in a bounded number of steps.
/// What can't be bounded, or is not known, is refused when the schema is given.
/// </summary>
public sealed class PayloadSchema
{
    public const int MaxBytes = 64 * 1024;

    private readonly SchemaNode root;

    private PayloadSchema(SchemaNode root) => this.root = root;

    /// <summary>Reads a schema; refused with a pointer to each thing in it that can't be taken.</summary>
    /// <param name="json">UTF-8 JSON, no member twice in an object of it.</param>
    /// <param name="at">The pointer to the schema.</param>
    public static Result<PayloadSchema> Read(ReadOnlyMemory<byte> json, string at)
    {
        if (json.Length > MaxBytes)
            return new Refusal.Invalid([new Fault(at, $"Expected at most {MaxBytes} bytes.")]);
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = JobJson.MaxDepth + 1 });
        var compiler = new SchemaCompiler(document.RootElement.Clone(), at);
        var compiled = compiler.Compile();
        return compiler.Faults.Count > 0 ? new Refusal.Invalid(compiler.Faults) : new PayloadSchema(compiled);
    }

    /// <summary>One that was read before it was stored. Where a later version of the service wrote what this one does not know, it takes everything.</summary>
    public static PayloadSchema Stored(string json) =>
        Read(Encoding.UTF8.GetBytes(json), "").IsRefused(out _, out var schema) ? new PayloadSchema(SchemaNode.Anything) : schema;

    /// <summary>What is wrong with a payload; nothing where it is as the schema says.</summary>
    /// <param name="payload">UTF-8 JSON.</param>
    /// <param name="at">The pointer to it.</param>
    /// <param name="ofRequest">The steps that all payloads of the request may take; null for one by itself.</param>
    public IReadOnlyList<Fault> Check(ReadOnlyMemory<byte> payload, string at, CheckSteps? ofRequest = null)
    {
        using var document = JsonDocument.Parse(payload, new JsonDocumentOptions { MaxDepth = JobJson.MaxDepth + 1 });
        var run = new SchemaRun(at, ofRequest);
        root.Check(document.RootElement, run);
        return run.Faults;
    }
}
