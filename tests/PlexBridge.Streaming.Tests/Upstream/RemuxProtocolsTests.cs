using System.Net;
using PlexBridge.Streaming.Outbound;
using PlexBridge.Streaming.Upstream;

namespace PlexBridge.Streaming.Tests.Upstream;

public sealed class RemuxProtocolsTests
{
    private static readonly IPAddress Checked = IPAddress.Parse("203.0.113.7");

    [Fact]
    public void The_whole_command_line_is_a_list_with_the_whitelist_in_front_of_the_input()
    {
        var command = RemuxCommand.Of("/opt/ffmpeg", Input("mmsh://alice:s3cret@media.example/news?a=b"));

        Assert.Equal("/opt/ffmpeg", command.Program);
        Assert.Equal(
            "-nostdin -hide_banner -nostats -loglevel level+warning -protocol_whitelist mmsh,http,tcp "
            + "-probesize 2000000 -analyzeduration 2000000 -fpsprobesize 0 -fflags +genpts -rw_timeout 20000000 "
            + "-f asf -i mmsh://alice:s3cret@203.0.113.7/news?a=b -map 0:v:0? -map 0:a? -c copy -max_interleave_delta 1000000 "
            + "-f mpegts -mpegts_flags +pat_pmt_at_frames -mpegts_service_id 1 -muxpreload 0 -muxdelay 0.1 -flush_packets 1 pipe:1",
            string.Join(' ', command.Arguments));
    }

    [Theory]
    [InlineData("mms://m.example/a", "mmst://203.0.113.7/a", "mmst,tcp", "asf")]
    [InlineData("mmsh://m.example/a", "mmsh://203.0.113.7/a", "mmsh,http,tcp", "asf")]
    [InlineData("mmst://m.example:1756/a", "mmst://203.0.113.7:1756/a", "mmst,tcp", "asf")]
    [InlineData("rtmp://m.example/live/news", "rtmp://203.0.113.7/live/news", "rtmp,tcp", "live_flv")]
    [InlineData("rtmps://m.example:443/live/news", "rtmps://203.0.113.7:443/live/news", "rtmps,tls,tcp", "live_flv")]
    [InlineData("srt://m.example:9000", "srt://203.0.113.7:9000", "srt", "mpegts")]
    [InlineData("rtsp://u:p@m.example/a?channel=1&tcp", "rtsp://u:p@203.0.113.7/a?channel=1", "tcp", "rtsp")]
    [InlineData("rtsp://m.example/a", "rtsp://203.0.113.7/a", "tcp,udp,rtp", "rtsp")]
    [InlineData("rtsps://m.example/a", "rtsps://203.0.113.7/a", "tls,tcp", "rtsp")]
    public void Each_protocol_has_its_demuxer_and_the_least_protocols_and_the_checked_address(string address, string given, string protocols, string format)
    {
        var input = Input(address);

        Assert.Equal(given, input.Address);
        Assert.Equal(protocols, input.Protocols);
        Assert.Equal(format, input.Format);
    }

    [Theory]
    [InlineData("rtsp://m.example/a", "udp+tcp", "prefer_tcp+filter_src")]
    [InlineData("rtspt://m.example/a", "tcp", "prefer_tcp+filter_src")]
    [InlineData("rtspu://m.example/a", "udp", "filter_src")]
    [InlineData("rtsp://m.example/a?udp", "udp", "filter_src")]
    public void Rtsp_goes_over_tcp_first_and_over_udp_where_the_address_says_so(string address, string transport, string flags)
    {
        var options = Input(address).Options;

        Assert.Equal(transport, After(options, "-rtsp_transport"));
        Assert.Equal(flags, After(options, "-rtsp_flags"));
    }

    [Fact]
    public void Rtsp_takes_the_streams_user_agent_unless_it_breaks_the_line()
    {
        Assert.Equal("VLC/3", After(Input("rtsp://m.example/a", ("User-Agent", "VLC/3")).Options, "-user_agent"));
        Assert.DoesNotContain("-user_agent", Input("rtsp://m.example/a", ("User-Agent", "VLC\r\nX: y")).Options);
    }

    [Theory]
    [InlineData("rtmp://m.example/live/news", "rtmp://m.example/live")]
    [InlineData("rtmp://m.example:1936/a/b/c", "rtmp://m.example:1936/a/b")]
    [InlineData("rtmp://m.example/live/mp4:a/b", "rtmp://m.example/live")]
    [InlineData("rtmp://m.example/ondemand/a/b", "rtmp://m.example/ondemand")]
    public void Rtmp_still_tells_the_server_its_name(string address, string tcUrl)
    {
        Assert.Equal(tcUrl, After(Input(address).Options, "-rtmp_tcurl"));
    }

    [Fact]
    public void Rtmp_options_behind_a_blank_are_known_or_refused()
    {
        var options = Input("rtmp://m.example/live playpath=news swfUrl=http://p.example/x.swf pageUrl=http://p.example live=1 swfVfy=1").Options;

        Assert.Equal("news", After(options, "-rtmp_playpath"));
        Assert.Equal("http://p.example/x.swf", After(options, "-rtmp_swfurl"));
        Assert.Equal("http://p.example", After(options, "-rtmp_pageurl"));
        Assert.DoesNotContain("-rtmp_swfverify", options);
        Refused("rtmp://m.example/live conn=S:x");
        Refused("rtmp://m.example/live -f lavfi");
        Refused("rtsp://m.example/live -f lavfi");
    }

    [Fact]
    public void Srt_options_become_arguments_one_by_one()
    {
        var input = Input("srt://m.example:9000?mode=caller&passphrase=pass%20word%2612&pbkeylen=32&streamid=%23!::r=a,m=request&latency=200&connect_timeout=2000&pkt_size=1316");

        Assert.Equal(
            ["-mode", "caller", "-transtype", "live", "-passphrase", "pass word&12", "-pbkeylen", "32", "-srt_streamid", "#!::r=a,m=request", "-rcvlatency", "200000", "-connect_timeout", "2000"],
            input.Options);
        Assert.Contains("pass word&12", input.Secrets);
    }

    [Theory]
    [InlineData("120", "120000")]
    [InlineData("120000", "120000")]
    [InlineData("999999999999", "10000000")]
    public void A_latency_is_milliseconds_or_microseconds(string written, string given)
    {
        Assert.Equal(given, After(Input("srt://m.example:9000?latency=" + written).Options, "-rcvlatency"));
    }

    [Theory]
    [InlineData("srt://m.example:9000?mode=listener")]
    [InlineData("srt://m.example:9000?mode=rendezvous")]
    [InlineData("srt://m.example:9000?passphrase=short")]
    [InlineData("srt://m.example:9000?pbkeylen=-1")]
    [InlineData("srt://m.example:9000?latency=-5")]
    [InlineData("srt://m.example:9000?smoother=file")]
    [InlineData("srt://m.example:9000?logfile=/etc/x")]
    [InlineData("srt://m.example")]
    public void What_srt_should_not_do_is_refused(string address)
    {
        Refused(address);
    }

    private static void Refused(string address)
    {
        var fault = Assert.Throws<UpstreamException>(() => Input(address));
        Assert.Equal(UpstreamFault.Unsupported, fault.Fault);
    }

    private static RemuxInput Input(string text, params (string Name, string Value)[] headers)
    {
        Assert.True(RemuxAddress.TryParse(text, out var address, out var fault), fault);
        return RemuxProtocols.Of(address, Checked, new RequestHeaders([.. headers.Select(header => KeyValuePair.Create(header.Name, header.Value))]));
    }

    private static string After(IReadOnlyList<string> options, string name) => options[options.ToList().IndexOf(name) + 1];
}
