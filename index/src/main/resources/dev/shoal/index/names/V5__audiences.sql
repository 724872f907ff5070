-- Who may read what accounts share privately.

-- One that was dropped stays, so that nobody else takes its id.
CREATE TABLE audiences (
    id         BLOB    PRIMARY KEY, -- 16 random bytes, chosen by the owner's program
    account_id INTEGER REFERENCES accounts (id), -- null once the account is gone
    dropped    INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX audiences_account ON audiences (account_id);

-- Besides the owner. Exactly one of the last two is not null.
CREATE TABLE audience_readers (
    audience   BLOB    NOT NULL REFERENCES audiences (id),
    account_id INTEGER REFERENCES accounts (id),
    group_id   INTEGER REFERENCES account_groups (id),
    UNIQUE (audience, account_id),
    UNIQUE (audience, group_id)
);

CREATE INDEX audience_readers_account ON audience_readers (account_id);
CREATE INDEX audience_readers_group ON audience_readers (group_id);
