using System.Globalization;
using JobService.Bench;
using JobService.Bench.Children;
using JobService.Bench.Measuring;

return args switch
{
    ["worker", var connection, var jobs, var slots] => await WorkerChild.RunAsync(connection, Number(jobs), Number(slots)),
    ["worker-of-several", var connection, var jobs, var slots] => await WorkerChild.RunAsync(connection, Number(jobs), Number(slots), isShared: true),
    ["serve", var kind, var connection, var pool, var url] => await ServeChild.RunAsync(kind, connection, Number(pool), url),
    ["latency", var connection, var times] => await LatencyChild.RunAsync(connection, Number(times)),
    ["latency-across", var connection, var times] => await LatencyChild.RunAcrossAsync(connection, Number(times)),
    ["latency-worker", var connection] => await LatencyChild.RunWorkerAsync(connection),
    ["--smoke", .. var only] => await BenchSuite.RunAsync("smoke", Scale.Smoke, only),
    ["--quick", .. var only] => await BenchSuite.RunAsync("quick", Scale.Quick, only),
    _ => await BenchSuite.RunAsync("full", Scale.Full, args),
};

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
