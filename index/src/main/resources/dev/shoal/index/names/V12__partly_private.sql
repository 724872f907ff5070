-- Whether some of a name's versions only some see, though everybody sees the latest.
ALTER TABLE names ADD COLUMN partly_private INTEGER NOT NULL DEFAULT 0;

UPDATE names SET partly_private = 1 WHERE name IN (SELECT name FROM private_versions);

-- By it, those of a key are found without a look at what others have.
CREATE INDEX names_partly_private ON names (key_id, name) WHERE partly_private;
