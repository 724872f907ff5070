-- What this home follows, and what it put where.
CREATE TABLE subscription (
  id INTEGER PRIMARY KEY,
  index_address TEXT NOT NULL,
  index_key TEXT NOT NULL,
  name TEXT NOT NULL,
  owner TEXT NOT NULL,
  file TEXT NOT NULL UNIQUE,
  keep INTEGER NOT NULL,
  copies INTEGER NOT NULL,
  rate TEXT,
  seen INTEGER NOT NULL,
  -- What was put under the name last; all NULL for nothing.
  number INTEGER,
  content BLOB,
  size INTEGER,
  modified_nanos INTEGER,
  file_key TEXT,
  role TEXT,
  synced_millis INTEGER NOT NULL,
  saved_bytes INTEGER NOT NULL,
  UNIQUE (index_key, name)
) STRICT;

-- Replaced versions, and versions that stand beside a file that was edited.
CREATE TABLE other_file (
  subscription INTEGER NOT NULL REFERENCES subscription (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  file TEXT NOT NULL,
  number INTEGER NOT NULL,
  content BLOB NOT NULL,
  size INTEGER NOT NULL,
  modified_nanos INTEGER NOT NULL,
  file_key TEXT NOT NULL,
  PRIMARY KEY (subscription, file)
) STRICT;

-- A replacement that has begun: written before the disk is touched, gone when it has ended.
CREATE TABLE replacement (
  subscription INTEGER PRIMARY KEY REFERENCES subscription (id) ON DELETE CASCADE,
  file TEXT NOT NULL,
  incoming TEXT NOT NULL,
  fresh_size INTEGER NOT NULL,
  fresh_modified_nanos INTEGER NOT NULL,
  fresh_file_key TEXT NOT NULL,
  present_size INTEGER NOT NULL,
  present_modified_nanos INTEGER NOT NULL,
  present_file_key TEXT NOT NULL,
  replaced BLOB NOT NULL,
  kept TEXT NOT NULL,
  seen INTEGER NOT NULL,
  next_number INTEGER,
  next_content BLOB,
  old_number INTEGER NOT NULL,
  old_role TEXT NOT NULL
) STRICT;
