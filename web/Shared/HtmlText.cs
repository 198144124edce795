using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace PlexBridge.Web.Shared;

/// <summary>Text to UTF-8 HTML. What it encodes is safe in element content and in quoted attributes, not in scripts or styles.</summary>
internal static class HtmlText
{
    private static readonly SearchValues<char> Special = SearchValues.Create("&<>\"'\0");

    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<char> text)
    {
        for (var at = text.IndexOfAny(Special); at >= 0; at = text.IndexOfAny(Special))
        {
            WriteRaw(output, text[..at]);
            output.Write(text[at] switch
            {
                '&' => "&amp;"u8,
                '<' => "&lt;"u8,
                '>' => "&gt;"u8,
                '"' => "&quot;"u8,
                '\'' => "&#39;"u8,
                _ => "\uFFFD"u8,
            });
            text = text[(at + 1)..];
        }
        WriteRaw(output, text);
    }

    public static void WriteRaw(IBufferWriter<byte> output, ReadOnlySpan<char> text)
    {
        if (!text.IsEmpty) Encoding.UTF8.GetBytes(text, output);
    }

    public static void WriteNumber(IBufferWriter<byte> output, long number)
    {
        const int LongestNumber = 20;
        Utf8Formatter.TryFormat(number, output.GetSpan(LongestNumber), out var written);
        output.Advance(written);
    }
}
