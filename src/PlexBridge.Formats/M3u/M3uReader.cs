using System.Buffers;
using PlexBridge.Formats.Text;

namespace PlexBridge.Formats.M3u;

/// <summary>
/// Reads a playlist that is pushed in pieces of any size and hands out each entry as soon as its address is there.
/// Holds only its carry-over (one line, one entry). Never throws for any content. For one thread.
/// </summary>
public sealed class M3uReader
{
    /// <summary>Longer lines are skipped together with their entry, and counted.</summary>
    public const int MaximumLineBytes = 64 * 1024;

    /// <summary>Attributes kept per entry beyond those with a property of their own.</summary>
    public const int MaximumAttributes = 64;

    /// <summary>Request headers kept per entry.</summary>
    public const int MaximumHeaders = 32;

    private readonly M3uParser _parser;
    private readonly LineSplitter _lines;
    private readonly LineDecoder _decoder = new();
    private readonly byte[] _head = new byte[ContentSniffer.HeadBytes];
    private int _headLength;
    private bool _isSniffed;
    private bool _isBlank = true;
    private PlaylistKind? _recognized;
    private Utf16ToUtf8? _utf16;
    private long _bytes;

    /// <summary>A reader that calls <paramref name="onEntry"/> for each entry, in order, on the pushing thread.</summary>
    public M3uReader(Action<M3uEntry> onEntry)
    {
        _parser = new M3uParser(onEntry);
        _lines = new LineSplitter(MaximumLineBytes, ReadLine, SkipLongLine);
    }

    /// <summary>The header facts read so far; complete after <see cref="Complete"/>.</summary>
    public M3uHeader Header => _parser.Header;

    /// <summary>What the first bytes showed the content to be instead of a playlist; null while it may be one.</summary>
    public PlaylistKind? Recognized => _recognized;

    /// <summary>Reads the next piece.</summary>
    public void Read(in ReadOnlySequence<byte> pieces)
    {
        foreach (var piece in pieces)
            Read(piece.Span);
    }

    /// <summary>Reads the next piece.</summary>
    public void Read(ReadOnlySpan<byte> piece)
    {
        _bytes += piece.Length;
        if (!_isSniffed)
        {
            var taken = Math.Min(piece.Length, _head.Length - _headLength);
            piece[..taken].CopyTo(_head.AsSpan(_headLength));
            _headLength += taken;
            piece = piece[taken..];
            if (_headLength < _head.Length)
                return;
            Sniff();
        }
        Feed(piece);
    }

    /// <summary>Ends the input and says what it was. Nothing may be read afterwards.</summary>
    public M3uSummary Complete()
    {
        if (!_isSniffed)
            Sniff();
        if (_recognized is null)
        {
            _lines.Complete();
            _parser.Complete();
        }
        var kind = _recognized ?? (_isBlank ? PlaylistKind.Empty : _parser.Kind);
        return new M3uSummary(kind, _parser.Header, _parser.Entries, _parser.WithoutAddress, _parser.TooLong, _parser.StrayLines, _bytes);
    }

    private void Sniff()
    {
        _isSniffed = true;
        var head = _head.AsSpan(0, _headLength);
        _recognized = ContentSniffer.Recognize(head);
        _utf16 = Utf16ToUtf8.Recognize(head);
        Feed(head);
    }

    private void Feed(ReadOnlySpan<byte> bytes)
    {
        if (_recognized is not null)
            return;
        if (_utf16 is null)
            _lines.Push(bytes);
        else
            _utf16.Convert(bytes, _lines.Push);
    }

    private void SkipLongLine(ReadOnlySpan<byte> head)
    {
        _isBlank = false;
        _parser.SkipLongLine(head);
    }

    private void ReadLine(ReadOnlySpan<byte> line)
    {
        // Cheap where it matters: most lines are ASCII without surrounding blanks.
        var text = _decoder.Decode(line).Trim().Trim('\uFEFF').Trim();
        if (text.IsEmpty)
            return;
        _isBlank = false;
        if (Directive.TryRead(text, "#EXTENC", out var encoding))
            _decoder.Prefer(encoding);
        else
            _parser.ReadLine(text);
    }
}
