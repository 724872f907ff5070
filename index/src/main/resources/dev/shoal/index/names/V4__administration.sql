-- Administrators, who is banned, what was changed, and groups of accounts. Times are milliseconds since 1970.

ALTER TABLE accounts ADD COLUMN administrator INTEGER NOT NULL DEFAULT 0;

UPDATE accounts SET administrator = 1 WHERE id = (SELECT min(id) FROM accounts);

CREATE TABLE bans (
    id     INTEGER PRIMARY KEY,
    user   TEXT    UNIQUE,  -- name of an account, or else:
    peer   BLOB    UNIQUE,  -- 32 bytes, a key's id
    reason TEXT    NOT NULL,
    made   INTEGER NOT NULL,
    maker  TEXT    NOT NULL -- the administrator
);

CREATE TABLE audit (
    id      INTEGER PRIMARY KEY,
    made    INTEGER NOT NULL,
    who     TEXT    NOT NULL, -- name of an account, or a key's fingerprint
    address TEXT    NOT NULL,
    what    TEXT    NOT NULL
);

CREATE TABLE account_groups (
    id         INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    name       TEXT    NOT NULL, -- in normal form C
    UNIQUE (account_id, name)
);

CREATE TABLE group_members (
    group_id   INTEGER NOT NULL REFERENCES account_groups (id),
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    PRIMARY KEY (group_id, account_id)
) WITHOUT ROWID;

CREATE INDEX group_members_account ON group_members (account_id);
