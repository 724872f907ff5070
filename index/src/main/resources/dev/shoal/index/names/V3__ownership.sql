-- Who may do what, to whom names were given, and what looks alike. Times are milliseconds since 1970.

-- One row.
CREATE TABLE policy (
    accounts     INTEGER NOT NULL, -- whether names need an account
    invite_only  INTEGER NOT NULL, -- whether an account needs an invitation
    members_only INTEGER NOT NULL  -- whether reading needs an account
);

INSERT INTO policy VALUES (0, 0, 0);

CREATE TABLE transfers (
    subject   TEXT    NOT NULL, -- a name, or a first component
    number    INTEGER NOT NULL,
    made      INTEGER NOT NULL,
    from_key  BLOB    NOT NULL, -- 65 bytes, an uncompressed point of P-256
    to_key    BLOB    NOT NULL,
    signature BLOB    NOT NULL,
    done      INTEGER NOT NULL, -- 0 for the latest while it waits to be accepted
    PRIMARY KEY (subject, number)
) WITHOUT ROWID;

-- How many transfers its first component had when a name was first given away by itself.
ALTER TABLE names ADD COLUMN component_transfers INTEGER NOT NULL DEFAULT 0;

-- What first components and accounts look like: as they are, and without regard to case.
CREATE TABLE looks (
    owner  TEXT PRIMARY KEY,
    plain  TEXT NOT NULL,
    folded TEXT NOT NULL
) WITHOUT ROWID;

CREATE INDEX looks_plain ON looks (plain);
CREATE INDEX looks_folded ON looks (folded);

CREATE TABLE invites (
    hash  BLOB    PRIMARY KEY, -- 32 bytes, SHA-256 of the code
    uses  INTEGER NOT NULL,    -- how many accounts may still be made with it
    until INTEGER NOT NULL,
    made  INTEGER NOT NULL,
    maker TEXT    NOT NULL     -- name of the administrator
) WITHOUT ROWID;
