using System.Data.Common;
using System.Globalization;
using JobService.Api;
using JobService.Api.Cli;
using JobService.Core;
using JobService.Core.Storage;
using JobService.Core.Storage.Migrations;
using JobService.Worker;
using JobService.Worker.Handlers.Demo;
using JobService.Worker.Handlers.Http;
using Microsoft.Extensions.Options;
using Serilog;
using Serilog.Events;
using Serilog.Formatting.Compact;

var builder = WebApplication.CreateBuilder(args);
var isDevelopment = builder.Environment.IsDevelopment();
builder.Configuration["urls"] ??= "http://localhost:8080";

var log = new LoggerConfiguration().ReadFrom.Configuration(builder.Configuration).MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
    .MinimumLevel.Override("Microsoft.EntityFrameworkCore", LogEventLevel.Fatal);
Log.Logger = (isDevelopment
    ? log.WriteTo.Console(formatProvider: CultureInfo.InvariantCulture)
    : log.WriteTo.Console(new CompactJsonFormatter())).CreateLogger();
builder.Services.AddSerilog(dispose: true);

// What the service is made of. The storage learns its address once the private server, if there is one, has started.
DatabaseAddress? database = null;
builder.Services.AddJobServiceStorage(_ => database!.ConnectionString);
builder.Services.AddJobServiceCore(builder.Configuration);
builder.Services.AddJobServiceApi(builder.Configuration, isDevelopment);

var options = builder.Configuration.GetSection(WorkerOptions.Section).Get<WorkerOptions>() ?? new WorkerOptions();
if (options.Enabled)
{
    builder.Services.AddHttpRequestHandler(builder.Configuration);
    if (isDevelopment)
        builder.Services.AddDemoHandlers();
    builder.Services.AddJobServiceWorker(builder.Configuration);
}

var app = builder.Build();
app.UseJobServiceApi();

try
{
    if (await Verbs.RunAsync(args, builder.Configuration, app.Logger) is { } exitCode)
        return exitCode;

    app.CheckOptions();
    database = await DatabaseAddress.ResolveAsync(builder.Configuration, isDevelopment, app.Logger, CancellationToken.None);
    if (builder.Configuration.GetValue($"{DatabaseOptions.Section}:{nameof(DatabaseOptions.Migrate)}", defaultValue: true))
        await DatabaseMigrator.MigrateAsync(database.ConnectionString, TimeProvider.System, app.Logger, CancellationToken.None);
    app.AnnounceWhenReady(database.Source);
    await app.RunAsync();
    return Environment.ExitCode;
}
catch (Exception e) when (e is InvalidOperationException or OptionsValidationException or DbException)
{
    Log.Fatal("{Reason}", e.Message);
    return 1;
}
finally
{
    await app.DisposeAsync();
    if (database is not null)
        await database.DisposeAsync();
    await Log.CloseAndFlushAsync();
}
