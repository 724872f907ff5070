-- How many bytes of a version are not in the one before, as who published it said; null for no word.
ALTER TABLE versions ADD COLUMN changed_bytes INTEGER;
ALTER TABLE private_versions ADD COLUMN changed_bytes INTEGER;
