namespace PlexBridge.Channels;

/// <summary>Reads from a channel's name whether it is high definition: sources say it nowhere else.</summary>
internal static class Definition
{
    private static readonly string[] Marks = ["hd", "fhd", "uhd", "qhd", "4k", "8k", "720p", "1080p", "1080i", "2160p"];

    public static bool IsHigh(ReadOnlySpan<char> name)
    {
        while (!name.IsEmpty)
        {
            var length = 0;
            while (length < name.Length && char.IsLetterOrDigit(name[length])) length++;
            if (length == 0)
            {
                name = name[1..];
                continue;
            }

            foreach (var mark in Marks)
                if (name[..length].Equals(mark, StringComparison.OrdinalIgnoreCase))
                    return true;
            name = name[length..];
        }

        return false;
    }
}
