using System.Globalization;
using JobService.Api;
using JobService.Api.Cli;
using JobService.Core;
using JobService.Core.Diagnostics;
using JobService.Core.Storage;
using JobService.Core.Storage.Migrations;
using JobService.Worker;
using JobService.Worker.Handlers;
using Serilog;
using Serilog.Events;
using Serilog.Formatting.Compact;

// Until the configuration says how to log.
Log.Logger = new LoggerConfiguration().WriteTo.Console(formatProvider: CultureInfo.InvariantCulture).CreateLogger();
DatabaseAddress? database = null;
WebApplication? app = null;
try
{
    var builder = WebApplication.CreateBuilder(args);
    var isDevelopment = builder.Environment.IsDevelopment();
    builder.Configuration["urls"] ??= "http://localhost:8080";

    var log = new LoggerConfiguration().ReadFrom.Configuration(builder.Configuration).MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
        .MinimumLevel.Override("Microsoft.EntityFrameworkCore", LogEventLevel.Fatal)
        .Filter.ByExcluding(line => line.MessageTemplate.Text is "Hosting failed to start"); // A stack; below it is told in a sentence.
    Log.Logger = (isDevelopment
        ? log.WriteTo.Console(formatProvider: CultureInfo.InvariantCulture)
        : log.WriteTo.Console(new CompactJsonFormatter())).CreateLogger();
    builder.Services.AddSerilog();

    // What the service is made of. The storage learns its address once the private server, if there is one, has started.
    builder.Services.AddJobServiceStorage(_ => database!.ConnectionString);
    builder.Services.AddJobServiceCore(builder.Configuration);
    builder.Services.AddJobServiceApi(builder.Configuration, isDevelopment);
    if ((builder.Configuration.GetSection(WorkerOptions.Section).Get<WorkerOptions>() ?? new WorkerOptions()).Enabled)
        builder.Services.AddBuiltInHandlers(builder.Configuration, isDevelopment).AddJobServiceWorker(builder.Configuration);

    app = builder.Build();
    app.UseJobServiceApi();
    if (await Verbs.RunAsync(args, builder.Configuration, app.Logger) is { } exitCode)
        return exitCode;

    app.CheckOptions();
    database = await DatabaseAddress.ResolveAsync(builder.Configuration, isDevelopment, app.Logger, CancellationToken.None);
    if (builder.Configuration.GetValue($"{DatabaseOptions.Section}:{nameof(DatabaseOptions.Migrate)}", defaultValue: true))
        await DatabaseMigrator.MigrateAsync(database.ConnectionString, TimeProvider.System, app.Logger, CancellationToken.None);
    app.AnnounceWhenReady(database.Source);
    await app.ServeAsync();
    return Environment.ExitCode;
}
catch (Exception e) when ((ListenUrls.Describe(e) ?? StartFault.Describe(e)) is { } reason)
{
    Log.Fatal("{Reason}", reason);
    return 1;
}
finally
{
    if (app is not null)
        await app.DisposeAsync();
    if (database is not null)
        await database.DisposeAsync();
    await Log.CloseAndFlushAsync();
}
