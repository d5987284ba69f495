using System.Text;
using JobService.Worker.Handlers.Http;
using HttpRequestOptions = JobService.Worker.Handlers.Http.HttpRequestOptions;

namespace JobService.Worker.Tests.Handlers;

public sealed class WebhookSignatureTests
{
    [Fact]
    public void A_call_is_signed_as_the_published_example_of_the_scheme_has_it()
    {
        using var request = new HttpRequestMessage();
        var secret = new HttpRequestOptions { Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" }.SecretBytes();

        WebhookSignature.Sign(
            request, secret!, "msg_p5jXN8AQM9LWM0D4loKWxJek", DateTimeOffset.FromUnixTimeSeconds(1614265330), Encoding.UTF8.GetBytes("""{"test": 2432232314}"""));

        Assert.Equal("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", Assert.Single(request.Headers.GetValues("webhook-signature")));
        Assert.Equal("1614265330", Assert.Single(request.Headers.GetValues("webhook-timestamp")));
    }

    [Theory]
    [InlineData("whsec_short")]
    [InlineData("whsec_not base64 at all, though it is long enough")]
    public void A_secret_that_is_none_is_not_read(string secret) => Assert.Null(new HttpRequestOptions { Secret = secret }.SecretBytes());
}
