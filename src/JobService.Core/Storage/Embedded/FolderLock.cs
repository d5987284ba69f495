namespace JobService.Core.Storage.Embedded;

/// <summary>Locks between processes, as files. They end with the process that holds them, however it ends.</summary>
internal static class FolderLock
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(50);

    /// <summary>Holds the file alone, once everyone else has let go.</summary>
    public static async Task<IAsyncDisposable> TakeAsync(string file, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryTake(file) is { } taken)
                return taken;
            await Task.Delay(LookAgain, TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>Holds the file alone; null when anyone else holds it.</summary>
    public static IAsyncDisposable? TryTake(string file)
    {
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(file))
        {
            return null;
        }
    }

    /// <summary>Holds the file together with others who share it.</summary>
    public static IAsyncDisposable Share(string file) => new FileStream(file, FileMode.OpenOrCreate, FileAccess.Read, FileShare.Read);
}
