namespace PlexBridge.Storage;

/// <summary>Storage cannot be used. The message is a whole sentence for the user: what, why, what to do.</summary>
internal sealed class StorageException(string message, Exception? innerException = null) : Exception(message, innerException);
