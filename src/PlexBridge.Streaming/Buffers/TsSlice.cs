namespace PlexBridge.Streaming.Buffers;

/// <summary>
/// A run of whole, published packets inside a block. A slice that is kept holds one reference to its block;
/// <see cref="SliceQueue"/> counts them.
/// </summary>
/// <param name="Block">Where the packets lie.</param>
/// <param name="Offset">First byte in the block.</param>
/// <param name="Length">Bytes, a multiple of 188.</param>
/// <param name="StartsAtRandomAccess">True when the slice starts with PAT and PMT followed by a random-access point: a viewer can join here.</param>
public readonly record struct TsSlice(TsBlock Block, int Offset, int Length, bool StartsAtRandomAccess)
{
    /// <summary>The bytes for a gathered send.</summary>
    public ArraySegment<byte> Segment => new(Block.Bytes, Offset, Length);

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Span => Block.Bytes.AsSpan(Offset, Length);
}
