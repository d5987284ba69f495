namespace JobService.Core.Diagnostics;

/// <summary>The numbers of the log events, by feature. A number never changes its meaning.</summary>
public static class EventIds
{
    public const int EnqueueBatchFailed = 1001;
    public const int RoutingNotRead = 1011;
    public const int RoutingRead = 1012;

    public const int ExchangeFailed = 2001;
    public const int ExchangeRecovered = 2002;
    public const int ClaimsDisowned = 2003;
    public const int TransitionStale = 2004;
    public const int WorkerStarted = 2005;
    public const int WorkerDraining = 2006;
    public const int WorkerStopped = 2007;
    public const int SlotsExhausted = 2008;
    public const int WorkerNotRegistered = 2009;
    public const int WorkerNotLeft = 2010;
    public const int TransitionUnstorable = 2011;
    public const int TransitionDropped = 2012;
    public const int JobsGivenBack = 2013;
    public const int ClaimsNotGivenBack = 2014;

    public const int AttemptEnded = 3001;
    public const int HandlerStuck = 3002;
    public const int HandlerLate = 3003;

    public const int LeaseRenewalFailed = 4001;
    public const int LeaseLost = 4002;
    public const int JobsReclaimed = 4003;

    public const int SchedulePassedOver = 5001;
    public const int ScheduleDeclared = 5002;
    public const int ScheduleTakenOver = 5003;
    public const int ScheduleNotDeclared = 5004;
    public const int ScheduleRemoved = 5005;
    public const int ScheduleCorrected = 5006;
    public const int ScheduleHeldUp = 5007;

    public const int RoundFailed = 6001;
    public const int RoundRecovered = 6002;
    public const int JobsPruned = 6003;
    public const int SignalLineLost = 6004;
    public const int PrivateServerReady = 6005;
    public const int PrivateServerStopped = 6006;
    public const int PostgresFetched = 6007;
    public const int PartitionsNotMade = 6008;
    public const int DayNotPruned = 6009;
    public const int DatabaseAwayAtStart = 6010;
    public const int MigrationWaits = 6011;
    public const int SequencesHeld = 6012;
    public const int SequencesRecovered = 6013;
    public const int StatisticsCorrected = 6016;
    public const int SearchIndexNotBuilt = 6020;
    public const int BulkActionEnded = 6021;
    public const int BulkStepFailed = 6022;

    public const int ServiceReady = 8000;
    public const int RequestFailed = 8001;
    public const int DatabaseAwayForRequest = 8002;
    public const int DatabaseAwayForStream = 8003;
}
