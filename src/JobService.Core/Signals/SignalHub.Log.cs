using JobService.Core.Diagnostics;
using Microsoft.Extensions.Logging;

namespace JobService.Core.Signals;

public sealed partial class SignalHub
{
    [LoggerMessage(EventIds.SignalLineLost, LogLevel.Debug, "The line for signals between processes is down, polling goes on: {Error}")]
    private partial void LogLineLost(string error);
}
