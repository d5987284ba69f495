namespace JobService.Architecture.Tests;

/// <summary>What is public of Core and Worker is what was approved. JOBSERVICE_APPROVE=1 approves it anew.</summary>
public sealed class PublicApiDocumentTests
{
    [Fact]
    public async Task The_public_API_is_the_approved_one()
    {
        var page = Path.Combine(Product.Root, "docs/reference/public-api.txt");
        var text = new PublicApiDocument().Write(Product.Core, Product.Worker);
        if (string.Equals(Environment.GetEnvironmentVariable("JOBSERVICE_APPROVE"), "1", StringComparison.Ordinal))
            await File.WriteAllTextAsync(page, text, TestContext.Current.CancellationToken);

        Assert.Equal(await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken), text);
    }
}
