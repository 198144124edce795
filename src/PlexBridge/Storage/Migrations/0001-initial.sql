-- Times are UTC ticks. Columns that end in _hash hold 64 bits of a hash as a signed number.

CREATE TABLE settings (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

-- Made once and kept for good: the device's id, its authorization, its UUID.
CREATE TABLE identity (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE sources (
    id               INTEGER NOT NULL PRIMARY KEY,
    kind             TEXT    NOT NULL,            -- m3u
    name             TEXT    NOT NULL UNIQUE,
    location         TEXT    NOT NULL,            -- URL, absolute path, or '-' for what came in by stdin
    user_agent       TEXT,
    headers          TEXT,                        -- JSON object
    groups           TEXT,                        -- JSON array; null: all
    merge            TEXT,                        -- null, tvg-id, name
    refresh_seconds  INTEGER,                     -- null: the setting source.interval
    connection_limit INTEGER NOT NULL DEFAULT 0,  -- 0: none
    priority         INTEGER NOT NULL DEFAULT 0,  -- smaller claims numbers first
    allow_private    INTEGER NOT NULL DEFAULT 0,
    etag             TEXT,
    last_modified    TEXT,
    content_hash     TEXT,
    guide_urls       TEXT,                        -- JSON array, from the playlist's header
    current_run      INTEGER NOT NULL DEFAULT 0,  -- rows of a greater run are not in force yet
    next_refresh     INTEGER,
    created          INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE runs (
    id        INTEGER NOT NULL PRIMARY KEY,
    source_id INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
    started   INTEGER NOT NULL,
    finished  INTEGER,
    outcome   TEXT    NOT NULL,                   -- running, applied, unchanged, refused, failed
    message   TEXT,
    entries   INTEGER NOT NULL DEFAULT 0,
    channels  INTEGER NOT NULL DEFAULT 0,
    added     INTEGER NOT NULL DEFAULT 0,
    changed   INTEGER NOT NULL DEFAULT 0,
    vanished  INTEGER NOT NULL DEFAULT 0,
    returned  INTEGER NOT NULL DEFAULT 0,
    ignored   INTEGER NOT NULL DEFAULT 0
);

CREATE INDEX runs_of_source ON runs (source_id, id);

-- One row per version of a stream. In force is the one with the greatest run that its source has reached.
CREATE TABLE streams (
    id            INTEGER NOT NULL,
    run           INTEGER NOT NULL,
    source_id     INTEGER NOT NULL,
    ordinal       INTEGER NOT NULL,               -- place in the playlist
    kind          INTEGER NOT NULL,               -- 0 live, 1 film, 2 series, 3 no stream
    name          TEXT    NOT NULL,
    url           TEXT    NOT NULL,
    headers       TEXT,                           -- JSON object
    group_name    TEXT    NOT NULL DEFAULT '',
    logo          TEXT,
    tvg_id        TEXT,
    tvg_name      TEXT,
    wanted_number TEXT,
    radio         INTEGER NOT NULL DEFAULT 0,
    drm           INTEGER NOT NULL DEFAULT 0,
    program       INTEGER,                        -- the one to pick from a transport stream that holds several
    key_hash      INTEGER NOT NULL DEFAULT 0,
    name_hash     INTEGER NOT NULL DEFAULT 0,
    skeleton_hash INTEGER NOT NULL DEFAULT 0,
    group_hash    INTEGER NOT NULL DEFAULT 0,
    url_hash      INTEGER NOT NULL DEFAULT 0,
    content_hash  INTEGER NOT NULL DEFAULT 0,
    vanished_at   INTEGER,
    PRIMARY KEY (id, run)
) WITHOUT ROWID;

CREATE INDEX streams_of_source ON streams (source_id, run);

-- Numbers of channels that vanished for good: a number isn't given to another channel.
CREATE TABLE retired_numbers (
    number_major INTEGER NOT NULL,
    number_minor INTEGER NOT NULL,
    PRIMARY KEY (number_major, number_minor)
) WITHOUT ROWID;

CREATE TABLE channels (
    id             INTEGER NOT NULL PRIMARY KEY,
    source_id      INTEGER NOT NULL,
    run            INTEGER NOT NULL,              -- in force once its source has reached this run
    number_major   INTEGER NOT NULL,
    number_minor   INTEGER NOT NULL DEFAULT 0,    -- 0: a whole number
    name           TEXT    NOT NULL,
    group_name     TEXT    NOT NULL DEFAULT '',
    logo           TEXT,
    tvg_id         TEXT,
    enabled        INTEGER NOT NULL DEFAULT 1,
    favorite       INTEGER NOT NULL DEFAULT 0,
    name_edited    INTEGER NOT NULL DEFAULT 0,    -- what a user edited, a refresh leaves alone
    number_edited  INTEGER NOT NULL DEFAULT 0,
    enabled_edited INTEGER NOT NULL DEFAULT 0,
    streams_edited INTEGER NOT NULL DEFAULT 0,
    UNIQUE (number_major, number_minor)
);

CREATE INDEX channels_of_source ON channels (source_id, run, enabled);

CREATE TABLE channel_streams (
    channel_id INTEGER NOT NULL,
    position   INTEGER NOT NULL,                  -- 0: the primary; the others are backups, in order
    stream_id  INTEGER NOT NULL,
    run        INTEGER NOT NULL,
    PRIMARY KEY (channel_id, position)
) WITHOUT ROWID;

CREATE INDEX channel_streams_of_stream ON channel_streams (stream_id);
