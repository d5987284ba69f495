using System.Globalization;
using JobService.Core;
using JobService.Core.Diagnostics;
using JobService.Core.Storage;
using JobService.Core.Storage.Migrations;
using JobService.Worker;
using JobService.Worker.Handlers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Serilog;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Formatting.Compact;

// Until the configuration says how to log.
Log.Logger = new LoggerConfiguration().WriteTo.Console(formatProvider: CultureInfo.InvariantCulture).CreateLogger();
try
{
    var builder = Host.CreateApplicationBuilder(args);
    var isDevelopment = builder.Environment.IsDevelopment();

    var log = new LoggerConfiguration().ReadFrom.Configuration(builder.Configuration).MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
        .MinimumLevel.Override("Microsoft.EntityFrameworkCore", LogEventLevel.Fatal);
    Log.Logger = (isDevelopment
        ? log.WriteTo.Console(formatProvider: CultureInfo.InvariantCulture)
        : log.WriteTo.Console(new CompactJsonFormatter())).CreateLogger();
    using var logs = new SerilogLoggerFactory(Log.Logger);
    var logger = logs.CreateLogger("JobService.Worker");

    // What the service is made of. The storage learns its address once the private server, if there is one, has started.
    DatabaseAddress? address = null;
    builder.Services.AddSerilog();
    builder.Services.AddSystemd();
    builder.Services.AddJobServiceStorage(_ => address!.ConnectionString);
    builder.Services.AddJobServiceCore(builder.Configuration);
    builder.Services.AddBuiltInHandlers(builder.Configuration, isDevelopment).AddJobServiceWorker(builder.Configuration);
    using var host = builder.Build();
    host.Services.GetRequiredService<IStartupValidator>().Validate();

    await using var database = address = await DatabaseAddress.ResolveAsync(builder.Configuration, isDevelopment, logger, CancellationToken.None);
    if (builder.Configuration.GetValue($"{DatabaseOptions.Section}:{nameof(DatabaseOptions.Migrate)}", defaultValue: true))
        await DatabaseMigrator.MigrateAsync(database.ConnectionString, TimeProvider.System, logger, CancellationToken.None);
    await host.RunAsync();
    return Environment.ExitCode;
}
catch (Exception e) when (StartFault.Describe(e) is { } reason)
{
    Log.Fatal("{Reason}", reason);
    return 1;
}
finally
{
    await Log.CloseAndFlushAsync();
}
