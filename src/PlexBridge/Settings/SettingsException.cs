namespace PlexBridge.Settings;

/// <summary>Settings that the appliance can't start with. The message is for the user: key, value, origin, remedy.</summary>
internal sealed class SettingsException(string message, Exception? innerException = null) : Exception(message, innerException);
