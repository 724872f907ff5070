-- Files whose content is known. Everything here can be computed again.
CREATE TABLE hashed_file (
  path TEXT PRIMARY KEY,
  size INTEGER NOT NULL,
  modified_nanos INTEGER NOT NULL,
  file_key TEXT NOT NULL,
  content_id BLOB NOT NULL,
  chunk_row BLOB NOT NULL,
  used_seconds INTEGER NOT NULL
) STRICT;

CREATE INDEX hashed_file_by_content ON hashed_file (content_id);
CREATE INDEX hashed_file_by_use ON hashed_file (used_seconds);
