namespace PlexBridge.Streaming;

/// <summary>
/// How long viewers have been without a picture: time in the dark counts, time with a picture makes up for it, and a sound
/// picture for all of it. So a stream that breaks off often goes on, and one that only ever flashes up doesn't.
/// </summary>
/// <remarks>Belongs to the relay's pump; not thread-safe.</remarks>
internal sealed class OutageClock(TimeProvider time)
{
    /// <summary>A picture that lasted this long counts as success.</summary>
    private static readonly TimeSpan SoundPicture = TimeSpan.FromSeconds(5);

    private TimeSpan _dark;
    private long _since = time.GetTimestamp();
    private bool _isDark = true;

    /// <summary>How long it has been dark, as it counts.</summary>
    public TimeSpan Dark => _isDark ? _dark + time.GetElapsedTime(_since) : _dark;

    /// <summary>A picture has begun; more than once says nothing new.</summary>
    public void Begin()
    {
        if (!_isDark)
            return;
        _dark = Dark;
        _isDark = false;
        _since = time.GetTimestamp();
    }

    /// <summary>A connection failed.</summary>
    /// <returns>True when it had delivered a sound picture.</returns>
    public bool Fail()
    {
        if (_isDark)
            return false;
        var lasted = time.GetElapsedTime(_since);
        var wasSound = lasted >= SoundPicture;
        _dark = wasSound || lasted >= _dark ? TimeSpan.Zero : _dark - lasted;
        _isDark = true;
        _since = time.GetTimestamp();
        return wasSound;
    }
}
