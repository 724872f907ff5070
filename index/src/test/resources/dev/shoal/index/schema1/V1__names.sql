-- Who owns which names, and their versions. Times are milliseconds since 1970, days are days since then.

CREATE TABLE keys (
    id           INTEGER PRIMARY KEY,
    key          BLOB    NOT NULL UNIQUE, -- 65 bytes, an uncompressed point of P-256
    names        INTEGER NOT NULL,        -- how many it has
    owners       INTEGER NOT NULL,        -- how many first components it has
    record_bytes INTEGER NOT NULL         -- of all records that are kept
);

-- First components of names. One without names is kept as long as an unused name.
CREATE TABLE owners (
    owner    TEXT    PRIMARY KEY,
    key_id   INTEGER NOT NULL REFERENCES keys (id),
    names    INTEGER NOT NULL,
    used_day INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE names (
    id        INTEGER PRIMARY KEY,
    name      TEXT    NOT NULL UNIQUE, -- compared by the bytes of UTF-8
    file      TEXT    NOT NULL,        -- words of the last component, as searches compare them
    key_id    INTEGER NOT NULL REFERENCES keys (id),
    number    INTEGER NOT NULL,        -- of the latest version
    folder    INTEGER NOT NULL,
    content   BLOB    NOT NULL,        -- 40 bytes, of the latest version
    published INTEGER NOT NULL,
    used_day  INTEGER NOT NULL
);

CREATE INDEX names_file ON names (file);
CREATE INDEX names_content ON names (content);
CREATE INDEX names_key ON names (key_id);
CREATE INDEX names_used ON names (used_day);

CREATE TABLE versions (
    name_id INTEGER NOT NULL,
    number  INTEGER NOT NULL,
    content BLOB    NOT NULL,
    record  BLOB    NOT NULL,
    PRIMARY KEY (name_id, number)
) WITHOUT ROWID;

-- The words of the names, cut and folded by the program: to the tokenizer they are letters and spaces only.
CREATE VIRTUAL TABLE words USING fts5 (
    word,
    content = '',
    contentless_delete = 1,
    detail = none,
    prefix = '2 3 4',
    tokenize = 'ascii'
);

-- The longer words that there are, so that the beginning of one leads to a few of them: what the tokenizer's prefixes do
-- for short beginnings, and what it would read all its entries for otherwise.
CREATE TABLE long_words (
    word  TEXT    PRIMARY KEY,
    names INTEGER NOT NULL -- how many names have it
) WITHOUT ROWID;
