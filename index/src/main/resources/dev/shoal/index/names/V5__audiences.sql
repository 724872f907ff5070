-- What accounts share privately, and who may read it.

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

-- Names whose latest version only some see. They are in no other table that lists or finds names.
CREATE TABLE private_names (
    id                  INTEGER PRIMARY KEY,
    name                TEXT    NOT NULL UNIQUE, -- no name is here and in names
    audience            BLOB    NOT NULL REFERENCES audiences (id),
    key_id              INTEGER NOT NULL REFERENCES keys (id),
    number              INTEGER NOT NULL,
    folder              INTEGER NOT NULL,
    content             BLOB    NOT NULL,
    published           INTEGER NOT NULL,
    used_day            INTEGER NOT NULL,
    component_transfers INTEGER NOT NULL
);

CREATE INDEX private_names_audience ON private_names (audience);
CREATE INDEX private_names_key ON private_names (key_id, name);
CREATE INDEX private_names_used ON private_names (used_day);

-- All versions of these, and of other names those that only some see.
CREATE TABLE private_versions (
    name     TEXT    NOT NULL,
    number   INTEGER NOT NULL,
    audience BLOB,             -- null for one that everybody saw until the name became private
    content  BLOB    NOT NULL,
    record   BLOB    NOT NULL,
    PRIMARY KEY (name, number)
) WITHOUT ROWID;

ALTER TABLE keys ADD COLUMN private_names INTEGER NOT NULL DEFAULT 0; -- how many of these it has, beside the others
