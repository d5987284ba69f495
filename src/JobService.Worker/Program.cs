using JobService.Core;
using JobService.Core.Storage;
using JobService.Core.Storage.Migrations;
using JobService.Worker;
using JobService.Worker.Handlers.Demo;
using JobService.Worker.Handlers.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Serilog;
using Serilog.Formatting.Compact;

var builder = Host.CreateApplicationBuilder(args);

builder.Services.AddSystemd();
builder.Services.AddSerilog(log => _ = builder.Environment.IsDevelopment()
    ? log.ReadFrom.Configuration(builder.Configuration).WriteTo.Console(formatProvider: System.Globalization.CultureInfo.InvariantCulture)
    : log.ReadFrom.Configuration(builder.Configuration).WriteTo.Console(new RenderedCompactJsonFormatter()));

await using var database = await DatabaseAddress.ResolveAsync(
    builder.Configuration, builder.Environment.IsDevelopment(), Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance, CancellationToken.None);
builder.Services.AddJobServiceStorage(_ => database.ConnectionString);
builder.Services.AddJobServiceCore(builder.Configuration);

builder.Services.AddHttpRequestHandler(builder.Configuration);
if (builder.Environment.IsDevelopment())
    builder.Services.AddDemoHandlers();
builder.Services.AddJobServiceWorker(builder.Configuration);

if ((builder.Configuration.GetSection(DatabaseOptions.Section).Get<DatabaseOptions>() ?? new DatabaseOptions()).Migrate)
    await DatabaseMigrator.MigrateAsync(database.ConnectionString, TimeProvider.System, CancellationToken.None);

await builder.Build().RunAsync();
