-- Who is told of new versions of which names.

CREATE TABLE watchers (
    id       INTEGER PRIMARY KEY,
    peer     BLOB    NOT NULL UNIQUE, -- 32 bytes, a key's id
    watches  INTEGER NOT NULL,        -- how many names it watches
    seen_day INTEGER NOT NULL         -- about when it was last here
);

CREATE INDEX watchers_seen ON watchers (seen_day);

CREATE TABLE watches (
    name       TEXT    NOT NULL, -- whether there is such a name now or not
    watcher_id INTEGER NOT NULL REFERENCES watchers (id),
    told       INTEGER NOT NULL, -- the highest number that it was told of
    PRIMARY KEY (name, watcher_id)
) WITHOUT ROWID;

CREATE INDEX watches_watcher ON watches (watcher_id, name);
