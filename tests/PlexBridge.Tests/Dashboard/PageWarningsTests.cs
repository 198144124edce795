using PlexBridge.Channels;
using PlexBridge.Dashboard;
using PlexBridge.Web.Admin;

namespace PlexBridge.Tests.Dashboard;

public sealed class PageWarningsTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 20, 0, 0, TimeSpan.Zero);

    [Fact]
    public void All_is_well_when_nothing_is_wrong()
    {
        Assert.Empty(PageWarnings.Collect(Lineup.Empty, [Source("a", ImportOutcome.Applied), Source("b", ImportOutcome.Unchanged)], default, Now));
    }

    [Fact]
    public void Lineup_over_the_limit_says_how_many_and_what_to_do()
    {
        var one = PageHost.LineupOf(("1", "One", "News")).Channels;

        var warning = Assert.Single(PageWarnings.Collect(new Lineup(one, 2059, 1), [], default, Now));

        Assert.False(warning.IsProblem);
        Assert.StartsWith("2,058 channels", warning.Title, StringComparison.Ordinal);
        Assert.Contains("channels set --group", warning.Command, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ImportOutcome.Failed, "plexbridge sources refresh 'Bob'\\''s list'")]
    [InlineData(ImportOutcome.Refused, "plexbridge import --force --name 'Bob'\\''s list' PLAYLIST")]
    public void Failed_import_gives_its_reason_and_a_command_that_a_shell_takes(object outcome, string command)
    {
        var warning = Assert.Single(PageWarnings.Collect(Lineup.Empty, [Source("Bob's list", (ImportOutcome)outcome, "The server answered 404.")], default, Now));

        Assert.True(warning.IsProblem);
        Assert.Equal("The server answered 404.", warning.Detail);
        Assert.Equal(command, warning.Command);
    }

    [Fact]
    public void Wrong_clock_taken_port_and_missing_ffmpeg_are_told()
    {
        var warnings = PageWarnings.Collect(Lineup.Empty, [], new ServiceFaults(null, "UDP port 65001 is taken.", "ffmpeg was not found."), DateTimeOffset.UnixEpoch);

        Assert.Equal([true, true, false], warnings.Select(warning => warning.IsProblem));
        Assert.Contains("1970", warnings[0].Detail, StringComparison.Ordinal);
    }

    private static SourceImport Source(string name, ImportOutcome outcome, string? message = null) =>
        new(name, "https://example.org", outcome, message, Now, null, null);
}
