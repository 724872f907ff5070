-- Of an audience with more than 20 accounts and groups, not each is stamped: that would write to as many places for each
-- version that is published for it. What changes there makes one stamp newer that everybody's lists are compared with.
ALTER TABLE private_clock ADD COLUMN wide INTEGER NOT NULL DEFAULT 0; -- the same as "now" when that was the last change

-- An account without a stamp is none, and a key without one never had a private name. Those of before there were stamps
-- may be, and may have.
UPDATE private_clock SET now = now + 1, wide = now + 1;
UPDATE keys SET private_stamp = (SELECT now FROM private_clock)
    WHERE private_stamp = 0 AND id IN (SELECT key_id FROM private_names);

DROP TRIGGER reader_in;
DROP TRIGGER reader_out;
DROP TRIGGER private_name_in;
DROP TRIGGER private_name_out;
DROP TRIGGER private_name_other;

CREATE TRIGGER reader_in AFTER INSERT ON audience_readers
BEGIN
    UPDATE private_clock SET now = now + 1, wide = CASE WHEN
        (SELECT count(*) FROM (SELECT 1 FROM audience_readers WHERE audience = NEW.audience LIMIT 21)) > 20
        THEN now + 1 ELSE wide END;
    UPDATE accounts SET reads_stamp = (SELECT now FROM private_clock)
        WHERE id = NEW.account_id AND (SELECT wide < now FROM private_clock);
    UPDATE account_groups SET stamp = (SELECT now FROM private_clock)
        WHERE id = NEW.group_id AND (SELECT wide < now FROM private_clock);
END;

CREATE TRIGGER reader_out AFTER DELETE ON audience_readers
BEGIN
    UPDATE private_clock SET now = now + 1, wide = CASE WHEN
        (SELECT count(*) FROM (SELECT 1 FROM audience_readers WHERE audience = OLD.audience LIMIT 21)) > 20
        THEN now + 1 ELSE wide END;
    UPDATE accounts SET reads_stamp = (SELECT now FROM private_clock)
        WHERE id = OLD.account_id AND (SELECT wide < now FROM private_clock);
    UPDATE account_groups SET stamp = (SELECT now FROM private_clock)
        WHERE id = OLD.group_id AND (SELECT wide < now FROM private_clock);
END;

CREATE TRIGGER private_name_in AFTER INSERT ON private_names
BEGIN
    UPDATE private_clock SET now = now + 1, wide = CASE WHEN
        (SELECT count(*) FROM (SELECT 1 FROM audience_readers WHERE audience = NEW.audience LIMIT 21)) > 20
        THEN now + 1 ELSE wide END;
    UPDATE keys SET private_stamp = (SELECT now FROM private_clock) WHERE id = NEW.key_id;
    UPDATE accounts SET reads_stamp = (SELECT now FROM private_clock) WHERE id IN
        (SELECT account_id FROM audiences WHERE id = NEW.audience
        UNION SELECT account_id FROM audience_readers WHERE audience = NEW.audience
            AND (SELECT wide < now FROM private_clock));
    UPDATE account_groups SET stamp = (SELECT now FROM private_clock) WHERE id IN
        (SELECT group_id FROM audience_readers WHERE audience = NEW.audience
            AND (SELECT wide < now FROM private_clock));
END;

CREATE TRIGGER private_name_out AFTER DELETE ON private_names
BEGIN
    UPDATE private_clock SET now = now + 1, wide = CASE WHEN
        (SELECT count(*) FROM (SELECT 1 FROM audience_readers WHERE audience = OLD.audience LIMIT 21)) > 20
        THEN now + 1 ELSE wide END;
    UPDATE keys SET private_stamp = (SELECT now FROM private_clock) WHERE id = OLD.key_id;
    UPDATE accounts SET reads_stamp = (SELECT now FROM private_clock) WHERE id IN
        (SELECT account_id FROM audiences WHERE id = OLD.audience
        UNION SELECT account_id FROM audience_readers WHERE audience = OLD.audience
            AND (SELECT wide < now FROM private_clock));
    UPDATE account_groups SET stamp = (SELECT now FROM private_clock) WHERE id IN
        (SELECT group_id FROM audience_readers WHERE audience = OLD.audience
            AND (SELECT wide < now FROM private_clock));
END;

CREATE TRIGGER private_name_other AFTER UPDATE OF name, audience, key_id, number, folder, content, published
    ON private_names
BEGIN
    UPDATE private_clock SET now = now + 1, wide = CASE WHEN max(
        (SELECT count(*) FROM (SELECT 1 FROM audience_readers WHERE audience = OLD.audience LIMIT 21)),
        (SELECT count(*) FROM (SELECT 1 FROM audience_readers WHERE audience = NEW.audience LIMIT 21))) > 20
        THEN now + 1 ELSE wide END;
    UPDATE keys SET private_stamp = (SELECT now FROM private_clock) WHERE id IN (OLD.key_id, NEW.key_id);
    UPDATE accounts SET reads_stamp = (SELECT now FROM private_clock) WHERE id IN
        (SELECT account_id FROM audiences WHERE id IN (OLD.audience, NEW.audience)
        UNION SELECT account_id FROM audience_readers WHERE audience IN (OLD.audience, NEW.audience)
            AND (SELECT wide < now FROM private_clock));
    UPDATE account_groups SET stamp = (SELECT now FROM private_clock) WHERE id IN
        (SELECT group_id FROM audience_readers WHERE audience IN (OLD.audience, NEW.audience)
            AND (SELECT wide < now FROM private_clock));
END;
