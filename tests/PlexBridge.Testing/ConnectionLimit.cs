namespace PlexBridge.Testing;

/// <summary>
/// An account that allows so many connections over all its paths, counts them and refuses those beyond. A connection
/// counts until the other side has closed it, by what the socket says and not by what a thread got to know. Any thread.
/// </summary>
public sealed class ConnectionLimit(int limit, int refusal = 458)
{
    private readonly Lock _lock = new();
    private readonly HashSet<FakeReply> _open = [];

    /// <summary>Connections that were refused because of the limit.</summary>
    public int Refused { get; private set; }

    /// <summary>The most there ever were, refused ones included.</summary>
    public int Most { get; private set; }

    /// <summary>All that were let in.</summary>
    public int Admitted { get; private set; }

    /// <summary>Wraps a path's answer.</summary>
    public FakeAnswer Guard(FakeAnswer then) => async (request, reply, cancellationToken) =>
    {
        bool isAdmitted;
        lock (_lock)
        {
            _open.RemoveWhere(other => other.HasPeerLeft);
            Most = Math.Max(Most, _open.Count + 1);
            isAdmitted = _open.Count < limit;
            if (isAdmitted)
            {
                _open.Add(reply);
                Admitted++;
            }
            else
            {
                Refused++;
            }
        }

        try
        {
            await (isAdmitted ? then : Answers.Status(refusal))(request, reply, cancellationToken);
        }
        finally
        {
            lock (_lock)
                _open.Remove(reply);
        }
    };
}
