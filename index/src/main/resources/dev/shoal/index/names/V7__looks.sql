-- What first components and accounts look like, now also when case and look are confused in turn. The index fills it
-- when it opens: only it knows what they look like. Those that look alike by now stay as they are.
DROP TABLE looks;

CREATE TABLE looks (
    owner  TEXT PRIMARY KEY,
    plain  TEXT NOT NULL,
    folded TEXT NOT NULL,
    deep   TEXT NOT NULL
) WITHOUT ROWID;

CREATE INDEX looks_plain ON looks (plain);
CREATE INDEX looks_folded ON looks (folded);
CREATE INDEX looks_deep ON looks (deep);
