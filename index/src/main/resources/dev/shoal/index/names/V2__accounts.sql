-- Accounts and the keys that act for them. Times are milliseconds since 1970.

CREATE TABLE accounts (
    id       INTEGER PRIMARY KEY,
    name     TEXT    NOT NULL UNIQUE, -- in normal form C, compared by the bytes of UTF-8
    key      BLOB    NOT NULL UNIQUE, -- 65 bytes, an uncompressed point of P-256
    password TEXT    NOT NULL,        -- Argon2id of the proof, in the PHC form
    wrapped  BLOB    NOT NULL,        -- 60 bytes, the private key under a key that follows from the password
    made     INTEGER NOT NULL
);

-- A key acts for one account at most.
CREATE TABLE devices (
    peer       BLOB    PRIMARY KEY, -- 32 bytes, the key's id
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    device     TEXT    NOT NULL,    -- what the user calls it
    since      INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX devices_account ON devices (account_id);

-- The codes that are not used up.
CREATE TABLE recovery_codes (
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    hash       BLOB    NOT NULL, -- 32 bytes, SHA-256 of the code's proof
    wrapped    BLOB    NOT NULL, -- 60 bytes, the private key under a key that follows from the code
    PRIMARY KEY (account_id, hash)
) WITHOUT ROWID;
