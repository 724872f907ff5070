-- Keys of accounts that were removed. No peer may use them, and none signs up with one while its account is banned.

CREATE TABLE former_keys (
    key  BLOB PRIMARY KEY, -- 65 bytes, an uncompressed point of P-256
    name TEXT NOT NULL     -- of the account
) WITHOUT ROWID;
