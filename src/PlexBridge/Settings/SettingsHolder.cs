namespace PlexBridge.Settings;

/// <summary>The settings in force. Readers take <see cref="Current"/> once per piece of work; one writer replaces it.</summary>
internal sealed class SettingsHolder(SettingsSnapshot first)
{
    private volatile SettingsSnapshot _current = first;

    /// <summary>Raised after a replacement that says something else, on the replacing thread.</summary>
    public event Action<SettingsSnapshot>? Changed;

    public SettingsSnapshot Current => _current;

    public void Replace(SettingsSnapshot next)
    {
        if (next.SaysTheSameAs(_current)) return;
        _current = next;
        Changed?.Invoke(next);
    }
}
