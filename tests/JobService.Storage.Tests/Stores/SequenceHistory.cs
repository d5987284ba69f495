using JobService.Core.Jobs;
using JobService.TestKit;

namespace JobService.Storage.Tests.Stores;

/// <summary>
/// What happened to the jobs of sequences, as the database saw it: triggers write each event down, in the transaction that makes it, under a number that is drawn while whatever it depends
/// on is committed or locked. So the numbers are an order in which things may be said to have happened, and the rules of sequences can be checked along it.
/// </summary>
internal sealed class SequenceHistory
{
    private const string Record =
        """
        CREATE SEQUENCE history_seq;
        CREATE TABLE history (n bigint NOT NULL DEFAULT nextval('history_seq'), tx text NOT NULL DEFAULT pg_current_xact_id()::text, what text NOT NULL, sequence_id bigint, job_id uuid);

        CREATE FUNCTION tell_start() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO history (what, job_id) VALUES ('start', NEW.id); RETURN NULL; END $$;
        CREATE FUNCTION tell_final() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO history (what, job_id) VALUES ('over', NEW.id); RETURN NULL; END $$;
        CREATE FUNCTION tell_restart() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO history (what, job_id) VALUES ('restart', OLD.id); RETURN NULL; END $$;
        CREATE FUNCTION tell_gone() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO history (what, job_id) VALUES ('over', OLD.id); RETURN NULL; END $$;
        CREATE FUNCTION tell_join() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO history (what, sequence_id, job_id) VALUES ('join', NEW.sequence_id, NEW.id); RETURN NULL; END $$;
        CREATE FUNCTION tell_first() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            INSERT INTO history (what, sequence_id, job_id) SELECT 'first', NEW.id, NEW.head_id WHERE NEW.head_id IS NOT NULL; RETURN NULL;
        END $$;
        CREATE FUNCTION tell_turn() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            INSERT INTO history (what, sequence_id, job_id)
            SELECT CASE WHEN OLD.head_id IS NULL THEN 'first' WHEN NEW.head_id <> OLD.head_id THEN 'next' WHEN NEW.held_at IS NOT NULL THEN 'held' ELSE 'touched' END, NEW.id, NEW.head_id
            WHERE NEW.head_id IS NOT NULL;
            RETURN NULL;
        END $$;
        CREATE FUNCTION tell_empty() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            INSERT INTO history (what, sequence_id, job_id) SELECT 'empty', OLD.id, OLD.head_id WHERE OLD.head_id IS NOT NULL; RETURN NULL;
        END $$;

        CREATE TRIGGER told AFTER INSERT ON jobservice.running_jobs FOR EACH ROW EXECUTE FUNCTION tell_start();
        CREATE TRIGGER told AFTER INSERT ON jobservice.finished_jobs FOR EACH ROW EXECUTE FUNCTION tell_final();
        CREATE TRIGGER told_restart AFTER DELETE ON jobservice.finished_jobs FOR EACH ROW EXECUTE FUNCTION tell_restart();
        CREATE TRIGGER told AFTER DELETE ON jobservice.jobs FOR EACH ROW EXECUTE FUNCTION tell_gone();
        CREATE TRIGGER told AFTER INSERT ON jobservice.blocked_jobs FOR EACH ROW EXECUTE FUNCTION tell_join();
        CREATE TRIGGER told_first AFTER INSERT ON jobservice.sequences FOR EACH ROW EXECUTE FUNCTION tell_first();
        CREATE TRIGGER told_turn AFTER UPDATE ON jobservice.sequences FOR EACH ROW EXECUTE FUNCTION tell_turn();
        CREATE TRIGGER told_empty AFTER DELETE ON jobservice.sequences FOR EACH ROW EXECUTE FUNCTION tell_empty();
        """;

    private readonly Dictionary<long, Line> lines = [];
    private readonly Dictionary<JobId, long> sequenceOf = [];
    private readonly HashSet<JobId> over = [];
    private readonly HashSet<(string Tx, JobId Job)> restarts = [];
    private readonly List<JobId> entered = [];

    private SequenceHistory()
    {
    }

    /// <summary>How many starts of jobs of sequences there were.</summary>
    public int Starts { get; private set; }

    /// <summary>How often a head's failure held others up.</summary>
    public int Held { get; private set; }

    /// <summary>How often a head was started again in its turn.</summary>
    public int Again { get; private set; }

    /// <summary>The jobs in the order in which they came into their sequences, the first time.</summary>
    public IReadOnlyList<JobId> Entered => entered;

    public static Task RecordAsync(TestDatabase database) => database.ExecuteAsync(Record);

    /// <summary>Follows what was recorded; an exception names the first event that breaks a rule.</summary>
    public static async Task<SequenceHistory> FollowAsync(TestDatabase database)
    {
        var (history, told) = (new SequenceHistory(), new List<(long N, string Tx, string What, long? Sequence, JobId Job)>());
        await using var command = database.Source.CreateCommand("SELECT n, tx, what, sequence_id, job_id FROM history ORDER BY n");
        await using (var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken))
        {
            while (await reader.ReadAsync(TestContext.Current.CancellationToken))
                told.Add((reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.IsDBNull(3) ? null : reader.GetInt64(3), new JobId(reader.GetGuid(4))));
        }

        history.restarts.UnionWith(told.Where(one => one.What is "restart").Select(one => (one.Tx, one.Job)));
        for (var i = 0; i < told.Count; i++)
        {
            if (history.Broken(told[i].What, told[i].Sequence, told[i].Job, told[i].Tx) is { } rule)
                throw new InvalidOperationException($"{rule}:\n{string.Join('\n', told.Take(i + 1).TakeLast(200))}");
        }

        return history;
    }

    /// <summary>The rule that an event breaks; null where it breaks none.</summary>
    private string? Broken(string what, long? sequence, JobId job, string tx) => what switch
    {
        "start" => Start(job),
        "over" => Over(job),
        "join" => Join(LineOf(sequence!.Value, job), job, tx),
        "first" => First(LineOf(sequence!.Value, job), job, tx),
        "next" => Next(LineOf(sequence!.Value, job), job),
        "touched" => GoesAgain(LineOf(sequence!.Value, job), job, tx),
        "held" => Hold(LineOf(sequence!.Value, job), job),
        "restart" => null,
        _ => Empty(sequence!.Value),
    };

    private string? Start(JobId job)
    {
        if (!sequenceOf.TryGetValue(job, out var sequence))
            return null;
        Starts++;
        return !lines.TryGetValue(sequence, out var line) || line.Head != job ? "it is not its turn" : over.Contains(job) ? "it is over" : null;
    }

    private string? Over(JobId job)
    {
        over.Add(job);
        if (sequenceOf.TryGetValue(job, out var sequence) && lines.TryGetValue(sequence, out var line))
            line.Behind.RemoveAll(behind => behind.Job == job);
        return null;
    }

    private string? Join(Line line, JobId job, string tx)
    {
        over.Remove(job);
        line.Behind.Add((job, tx));
        if (!entered.Contains(job))
            entered.Add(job);
        return null;
    }

    /// <summary>Those that were put behind it by the same transaction are told before it.</summary>
    private string? First(Line line, JobId job, string tx)
    {
        if (line.Head is not null || line.Behind.Exists(behind => !string.Equals(behind.Tx, tx, StringComparison.Ordinal)))
            return "others were there before it";
        (line.Head, _) = (job, over.Remove(job));
        if (!entered.Contains(job))
            entered.Insert(line.Behind is [var behindIt, ..] && entered.IndexOf(behindIt.Job) is >= 0 and var at ? at : entered.Count, job);
        return null;
    }

    private string? Next(Line line, JobId job)
    {
        if (line.Head is not { } head || !over.Contains(head))
            return $"job {line.Head} before it is not final";
        if (line.Behind is not [var next, ..] || next.Job != job)
            return $"job {line.Behind.FirstOrDefault().Job} comes before it";
        line.Behind.RemoveAt(0);
        line.Head = job;
        return null;
    }

    /// <summary>Where another was started again, that has joined behind it.</summary>
    private string? GoesAgain(Line line, JobId job, string tx)
    {
        if (!restarts.Contains((tx, job)))
            return null;
        Again++;
        over.Remove(job);
        return line.Head == job ? null : "it is not its turn";
    }

    private string? Hold(Line line, JobId job)
    {
        Held++;
        return line.Head == job && over.Contains(job) ? null : "it is not a head that has failed";
    }

    private string? Empty(long sequence)
    {
        var line = lines[sequence];
        lines.Remove(sequence);
        return line.Behind.Count > 0 ? $"job {line.Behind[0].Job} is left behind" : line.Head is { } head && over.Contains(head) ? null : "its head is not final";
    }

    private Line LineOf(long sequence, JobId job)
    {
        sequenceOf[job] = sequence;
        if (!lines.TryGetValue(sequence, out var line))
            lines[sequence] = line = new Line();
        return line;
    }

    private sealed class Line
    {
        public JobId? Head { get; set; }

        public List<(JobId Job, string Tx)> Behind { get; } = [];
    }
}
