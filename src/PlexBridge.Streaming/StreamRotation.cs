namespace PlexBridge.Streaming;

/// <summary>
/// Which stream of a channel is tried next: the others in their order, each once before any is tried a second time. Those
/// with other types than the viewers were told are left out, and end the channel when no other one is left.
/// </summary>
/// <remarks>Belongs to the relay's pump; not thread-safe.</remarks>
internal sealed class StreamRotation(int count)
{
    private readonly bool[] _hasFailed = new bool[count];
    private readonly bool[] _hasOtherTypes = new bool[count];

    /// <summary>The stream to open, by its place in the channel; the primary is 0.</summary>
    public int Current { get; private set; }

    /// <summary>True when every stream has failed since the last good picture: time for a pause.</summary>
    public bool IsRoundOver => _hasFailed[Current];

    /// <summary>True when every stream would deliver other types.</summary>
    public bool HasOnlyOtherTypes => !_hasOtherTypes.Contains(false);

    /// <summary>True when at least one would, and none of the others has delivered since the last good picture.</summary>
    public bool IsLeftWithOtherTypes => _hasOtherTypes.Contains(true) && !Enumerable.Range(0, count).Any(index => !_hasOtherTypes[index] && !_hasFailed[index]);

    /// <summary>The current one failed.</summary>
    /// <param name="wasSound">True when it had delivered a picture for a while: the others get a new chance.</param>
    /// <param name="hasOtherTypes">True when it delivers other types.</param>
    public void Fail(bool wasSound, bool hasOtherTypes)
    {
        if (wasSound)
            Array.Clear(_hasFailed);
        else
            _hasFailed[Current] = true;
        _hasOtherTypes[Current] |= hasOtherTypes;
        for (var step = 1; step <= count; step++)
        {
            var next = (Current + step) % count;
            if (_hasOtherTypes[next])
                continue;
            Current = next;
            return;
        }
    }

    /// <summary>Goes back to the primary, which has shown that it delivers again.</summary>
    public void Return()
    {
        Array.Clear(_hasFailed);
        Current = 0;
    }
}
