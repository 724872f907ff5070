-- The id of an audience follows from the key of its account from now on, so that none has to be remembered for nobody
-- else to take it; and those that no version is for go, also those from before that was so.
DELETE FROM audience_readers WHERE audience NOT IN (SELECT audience FROM private_versions WHERE audience IS NOT NULL);

DELETE FROM audiences WHERE id NOT IN (SELECT audience FROM private_versions WHERE audience IS NOT NULL)
    AND id NOT IN (SELECT audience FROM private_names);

-- How many audiences an account has, and how many accounts and groups are in them all.
CREATE TABLE audience_counts (
    account_id INTEGER PRIMARY KEY,
    audiences  INTEGER NOT NULL,
    readers    INTEGER NOT NULL
);

INSERT INTO audience_counts SELECT account_id, count(*), (SELECT count(*) FROM audiences b JOIN audience_readers r
    ON r.audience = b.id WHERE b.account_id = a.account_id) FROM audiences a WHERE account_id IS NOT NULL
    GROUP BY account_id;

CREATE TRIGGER audience_made AFTER INSERT ON audiences
BEGIN
    INSERT INTO audience_counts SELECT NEW.account_id, 0, 0
        WHERE NOT EXISTS (SELECT 1 FROM audience_counts WHERE account_id = NEW.account_id);
    UPDATE audience_counts SET audiences = audiences + 1 WHERE account_id = NEW.account_id;
END;

CREATE TRIGGER audience_gone AFTER DELETE ON audiences
BEGIN
    UPDATE audience_counts SET audiences = audiences - 1 WHERE account_id = OLD.account_id;
END;

CREATE TRIGGER audience_reader_in AFTER INSERT ON audience_readers
BEGIN
    UPDATE audience_counts SET readers = readers + 1
        WHERE account_id = (SELECT account_id FROM audiences WHERE id = NEW.audience);
END;

CREATE TRIGGER audience_reader_out AFTER DELETE ON audience_readers
BEGIN
    UPDATE audience_counts SET readers = readers - 1
        WHERE account_id = (SELECT account_id FROM audiences WHERE id = OLD.audience);
END;
