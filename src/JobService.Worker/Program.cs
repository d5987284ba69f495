using System.Data.Common;
using System.Globalization;
using JobService.Core;
using JobService.Core.Storage;
using JobService.Core.Storage.Migrations;
using JobService.Worker;
using JobService.Worker.Handlers.Demo;
using JobService.Worker.Handlers.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Serilog;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Formatting.Compact;

var builder = Host.CreateApplicationBuilder(args);
var isDevelopment = builder.Environment.IsDevelopment();

var log = new LoggerConfiguration().ReadFrom.Configuration(builder.Configuration).MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
    .MinimumLevel.Override("Microsoft.EntityFrameworkCore", LogEventLevel.Fatal);
Log.Logger = (isDevelopment
    ? log.WriteTo.Console(formatProvider: CultureInfo.InvariantCulture)
    : log.WriteTo.Console(new CompactJsonFormatter())).CreateLogger();
builder.Services.AddSerilog(dispose: true);
builder.Services.AddSystemd();

try
{
    using var logs = new SerilogLoggerFactory(Log.Logger);
    await using var database = await DatabaseAddress.ResolveAsync(
        builder.Configuration, isDevelopment, logs.CreateLogger<DatabaseAddress>(), CancellationToken.None);
    builder.Services.AddJobServiceStorage(_ => database.ConnectionString);
    builder.Services.AddJobServiceCore(builder.Configuration);

    builder.Services.AddHttpRequestHandler(builder.Configuration);
    if (isDevelopment)
        builder.Services.AddDemoHandlers();
    builder.Services.AddJobServiceWorker(builder.Configuration);

    if ((builder.Configuration.GetSection(DatabaseOptions.Section).Get<DatabaseOptions>() ?? new DatabaseOptions()).Migrate)
        await DatabaseMigrator.MigrateAsync(database.ConnectionString, TimeProvider.System, logs.CreateLogger(nameof(DatabaseMigrator)), CancellationToken.None);
    using var host = builder.Build();
    await host.RunAsync();
    return Environment.ExitCode;
}
catch (Exception e) when (e is InvalidOperationException or OptionsValidationException or DbException)
{
    Log.Fatal("{Reason}", e.Message);
    return 1;
}
finally
{
    await Log.CloseAndFlushAsync();
}
