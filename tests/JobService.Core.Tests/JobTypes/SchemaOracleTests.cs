using System.Text;
using System.Text.Json;
using CsCheck;
using JobService.Core.JobTypes.Schemas;
using Json.Schema;

namespace JobService.Core.Tests.JobTypes;

/// <summary>
/// JsonSchema.Net says what a schema takes, as far as it can: numbers beyond its own are left out here. It doesn't check the product's payloads, since
/// it has no bounds: three short schemas keep it busy for ever (docs/adr).
/// </summary>
public sealed class SchemaOracleTests
{
    [Fact]
    public void It_takes_what_the_oracle_takes() => Gen.Select(SchemaCases.Schema, SchemaCases.Value).Sample(
        (schema, value) =>
        {
            using var document = JsonDocument.Parse(value);
            var expected = JsonSchema.FromText(schema, new BuildOptions { SchemaRegistry = new SchemaRegistry() }).Evaluate(document.RootElement).IsValid;
            Assert.False(PayloadSchema.Read(Encoding.UTF8.GetBytes(schema), "").IsRefused(out var refusal, out var own), $"{schema}: {refusal}");

            Assert.True(expected == (own!.Check(Encoding.UTF8.GetBytes(value), "").Count == 0), $"{schema} takes {value}: {expected}");
        },
        iter: 3_000);
}
