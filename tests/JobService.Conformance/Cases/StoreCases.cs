using JobService.Conformance.Stores;

namespace JobService.Conformance.Cases;

/// <summary>Cases that hold for a store, each on a fresh one.</summary>
public abstract class StoreCases(Func<Task<StoreUnderTest>> create) : IAsyncLifetime
{
    private StoreUnderTest? store;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected StoreUnderTest Store => store ?? throw new InvalidOperationException("The store is made by InitializeAsync.");

    public async ValueTask InitializeAsync() => store = await create();

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
