using JobService.Core;
using JobService.Core.Handlers;
using JobService.Core.Storage;
using JobService.Samples.Thumbnails;
using JobService.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

var builder = Host.CreateApplicationBuilder(args);
var connection = builder.Configuration.GetConnectionString("JobService")
    ?? throw new InvalidOperationException("Set ConnectionStrings__JobService to the database of the service.");

builder.Services.AddJobServiceStorage(_ => connection);
builder.Services.AddJobServiceCore(builder.Configuration);
builder.Services.AddJobServiceWorker(builder.Configuration);

builder.Services.AddOptions<ThumbnailOptions>().BindConfiguration(ThumbnailOptions.Section).ValidateDataAnnotations().ValidateOnStart();
builder.Services.AddJobHandler<ThumbnailHandler>();

await builder.Build().RunAsync();
