namespace PlexBridge.Channels;

/// <summary>The conditions that several statements share.</summary>
internal static class ChannelSql
{
    /// <summary>A channel (c) is in force once its source has reached its run. A subquery, so that the number's index gives the order.</summary>
    public const string IsInForce = "c.run <= (SELECT s.current_run FROM sources s WHERE s.id = c.source_id)";

    /// <summary>The version in force of a stream (t): the one with the greatest run that its source has reached.</summary>
    public const string IsVersionInForce =
        """
        t.run = (SELECT MAX(v.run) FROM streams v JOIN sources vs ON vs.id = v.source_id
                 WHERE v.id = t.id AND v.run <= vs.current_run)
        """;

    /// <summary>A channel (c) has vanished once none of its streams is listed by its source any more.</summary>
    public const string IsVanished =
        $"""
         NOT EXISTS (SELECT 1 FROM channel_streams cs JOIN streams t ON t.id = cs.stream_id
                     WHERE cs.channel_id = c.id AND t.vanished_at IS NULL AND {IsVersionInForce})
         """;

    /// <summary>The primary stream of a channel (c) is protected by DRM: it is listed, and marked so that clients don't offer it.</summary>
    private const string IsDrm =
        $"""
         COALESCE((SELECT t.drm FROM channel_streams cs JOIN streams t ON t.id = cs.stream_id
                   WHERE cs.channel_id = c.id AND cs.position = 0 AND {IsVersionInForce}), 0)
         """;

    public const string LineupColumns =
        $"c.id, c.number_major, c.number_minor, c.name, c.group_name, c.logo, c.tvg_id, c.favorite, {IsVanished}, {IsDrm}";
}
