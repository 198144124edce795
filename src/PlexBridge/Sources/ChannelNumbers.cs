using System.Collections;
using System.Data.Common;
using PlexBridge.Channels;
using PlexBridge.Storage;

namespace PlexBridge.Sources;

/// <summary>
/// Gives numbers to new channels. A wanted number goes to its first claimant; the others get the lowest free whole
/// number above the highest wanted one. Numbers in use and numbers of channels that are gone are never given out.
/// </summary>
internal sealed class ChannelNumbers
{
    private readonly BitArray _whole = new(ChannelNumber.MaxMajor + 1);
    private readonly HashSet<ChannelNumber> _divided = [];
    private int _next;

    /// <param name="highestWanted">The highest whole number that the list asks for.</param>
    public ChannelNumbers(int highestWanted) => _next = highestWanted + 1;

    public static ChannelNumbers Read(DbConnection connection, int highestWanted)
    {
        var numbers = new ChannelNumbers(highestWanted);
        using var command = connection.Command("SELECT number_major, number_minor FROM channels UNION ALL SELECT number_major, number_minor FROM retired_numbers");
        using var rows = command.ExecuteReader();
        while (rows.Read())
            numbers.Occupy(new ChannelNumber(rows.GetInt32(0), rows.GetInt32(1)));
        return numbers;
    }

    public void Occupy(ChannelNumber number)
    {
        if (number.Minor == 0)
            _whole[number.Major] = true;
        else
            _divided.Add(number);
    }

    /// <summary>The number for a new channel; it is occupied from then on.</summary>
    /// <param name="wanted">As written in the list; null or rubbish is no wish.</param>
    public ChannelNumber Take(string? wanted)
    {
        if (!ChannelNumber.TryParse(wanted, out var number) || IsTaken(number))
            number = new ChannelNumber(NextFree());
        Occupy(number);
        return number;
    }

    private bool IsTaken(ChannelNumber number) => number.Minor == 0 ? _whole[number.Major] : _divided.Contains(number);

    private int NextFree()
    {
        // A list that asks for the very highest number leaves none above it: begin below.
        for (var tries = 0; tries <= ChannelNumber.MaxMajor; tries++)
        {
            if (_next > ChannelNumber.MaxMajor)
                _next = 1;
            if (!_whole[_next])
                return _next;
            _next++;
        }
        throw new InvalidOperationException("All channel numbers are taken.");
    }
}
