using System.Collections.Immutable;
using PlexBridge.Settings;

namespace PlexBridge.Channels;

/// <summary>Holds the lineup in force and replaces it whole. Readers take <see cref="Current"/>; reloads take turns.</summary>
/// <param name="also">Channels that are published besides the stored ones: the demo's.</param>
internal sealed class LineupPublisher(ChannelStore channels, SettingsHolder settings, ImmutableArray<LineupChannel> also = default) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private volatile Lineup _current = Lineup.Empty;

    /// <summary>Raised after a replacement that publishes something else, on the reloading thread.</summary>
    public event Action<Lineup>? Changed;

    public Lineup Current => _current;

    /// <summary>Publishes what the database says now; the old lineup stays if it can't be read.</summary>
    public async Task ReloadAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var limit = settings.Current.Get(SettingsCatalog.LineupLimit);
            var room = Math.Max(0, limit - (also.IsDefault ? 0 : also.Length));
            var next = await channels.ReadLineupAsync(room, cancellationToken);
            if (!also.IsDefaultOrEmpty)
                next = next.WithAlso(also, limit);
            if (next.PublishesTheSameAs(_current)) return;
            _current = next;
            Changed?.Invoke(next);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();
}
