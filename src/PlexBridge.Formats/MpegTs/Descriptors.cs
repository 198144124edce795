namespace PlexBridge.Formats.MpegTs;

/// <summary>One descriptor of a PSI table.</summary>
public readonly ref struct Descriptor
{
    internal Descriptor(byte tag, ReadOnlySpan<byte> body)
    {
        Tag = tag;
        Body = body;
    }

    /// <summary>The descriptor's tag.</summary>
    public byte Tag { get; }

    /// <summary>The bytes after tag and length.</summary>
    public ReadOnlySpan<byte> Body { get; }
}

/// <summary>Walks over raw descriptors with foreach; stops at the first that runs over the end.</summary>
public ref struct Descriptors
{
    private ReadOnlySpan<byte> _rest;

    /// <summary>Walks over the given bytes.</summary>
    public Descriptors(ReadOnlySpan<byte> bytes)
    {
        _rest = bytes;
        Current = default;
    }

    /// <summary>The descriptor at hand.</summary>
    public Descriptor Current { get; private set; }

    /// <summary>Itself, for foreach.</summary>
    public readonly Descriptors GetEnumerator() => this;

    /// <summary>Goes to the next descriptor.</summary>
    public bool MoveNext()
    {
        if (_rest.Length < 2 || _rest.Length < 2 + _rest[1])
            return false;
        Current = new Descriptor(_rest[0], _rest.Slice(2, _rest[1]));
        _rest = _rest[(2 + _rest[1])..];
        return true;
    }
}
