namespace PlexBridge.Streaming.Outbound;

/// <summary>Why a request to the outside got no answer to work with.</summary>
public enum OutboundFault
{
    /// <summary>The address is no absolute http or https address.</summary>
    BadAddress,

    /// <summary>The outbound rules forbid the resolved address.</summary>
    NotAllowed,

    /// <summary>The name doesn't resolve.</summary>
    NameNotFound,

    /// <summary>Nothing listens there, or the network says it can't be reached.</summary>
    Unreachable,

    /// <summary>No connection within the connect time-out: the server is dead or silent.</summary>
    ConnectTimeout,

    /// <summary>TLS failed: a certificate that isn't valid, or no common version.</summary>
    Tls,

    /// <summary>More redirects than allowed, or a loop.</summary>
    TooManyRedirects,

    /// <summary>The connection broke before or while the answer was read.</summary>
    Broken,
}

/// <summary>A failed request. The message is fit for a person: it names the redacted address, the reason and the remedy.</summary>
public sealed class OutboundException : IOException
{
    /// <summary>Makes the exception for a fault.</summary>
    public OutboundException(OutboundFault fault, string message, Exception? inner = null)
        : base(message, inner) => Fault = fault;

    /// <summary>What went wrong.</summary>
    public OutboundFault Fault { get; }
}
