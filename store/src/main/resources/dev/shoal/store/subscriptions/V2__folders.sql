-- Of names that are folders: what is wanted of them, what was put where, and what is being put there.
CREATE TABLE folder (
  subscription INTEGER PRIMARY KEY REFERENCES subscription (id) ON DELETE CASCADE,
  -- Patterns, one a line.
  include TEXT NOT NULL,
  exclude TEXT NOT NULL,
  state BLOB,
  arrival BLOB
) STRICT;
