-- What changes with each change of what an account may read of private names, so that lists of them are kept in memory
-- until then: of the account, of the groups that it is in, and of the keys that own names. The clock only goes forward,
-- and the newest of these is the account's.
CREATE TABLE private_clock (now INTEGER NOT NULL);

INSERT INTO private_clock VALUES (1);

ALTER TABLE accounts ADD COLUMN reads_stamp INTEGER NOT NULL DEFAULT 0;
ALTER TABLE account_groups ADD COLUMN stamp INTEGER NOT NULL DEFAULT 0;
ALTER TABLE keys ADD COLUMN private_stamp INTEGER NOT NULL DEFAULT 0; -- a key with one stays, as it must not go back

-- One of the same name and key may have been there before.
CREATE TRIGGER account_stamped AFTER INSERT ON accounts
BEGIN
    UPDATE private_clock SET now = now + 1;
    UPDATE accounts SET reads_stamp = (SELECT now FROM private_clock) WHERE id = NEW.id;
END;

CREATE TRIGGER member_in AFTER INSERT ON group_members
BEGIN
    UPDATE private_clock SET now = now + 1;
    UPDATE accounts SET reads_stamp = (SELECT now FROM private_clock) WHERE id = NEW.account_id;
END;

CREATE TRIGGER member_out AFTER DELETE ON group_members
BEGIN
    UPDATE private_clock SET now = now + 1;
    UPDATE accounts SET reads_stamp = (SELECT now FROM private_clock) WHERE id = OLD.account_id;
END;

CREATE TRIGGER reader_in AFTER INSERT ON audience_readers
BEGIN
    UPDATE private_clock SET now = now + 1;
    UPDATE accounts SET reads_stamp = (SELECT now FROM private_clock) WHERE id = NEW.account_id;
    UPDATE account_groups SET stamp = (SELECT now FROM private_clock) WHERE id = NEW.group_id;
END;

CREATE TRIGGER reader_out AFTER DELETE ON audience_readers
BEGIN
    UPDATE private_clock SET now = now + 1;
    UPDATE accounts SET reads_stamp = (SELECT now FROM private_clock) WHERE id = OLD.account_id;
    UPDATE account_groups SET stamp = (SELECT now FROM private_clock) WHERE id = OLD.group_id;
END;

CREATE TRIGGER private_name_in AFTER INSERT ON private_names
BEGIN
    UPDATE private_clock SET now = now + 1;
    UPDATE keys SET private_stamp = (SELECT now FROM private_clock) WHERE id = NEW.key_id;
    UPDATE accounts SET reads_stamp = (SELECT now FROM private_clock) WHERE id IN
        (SELECT account_id FROM audiences WHERE id = NEW.audience
        UNION SELECT account_id FROM audience_readers WHERE audience = NEW.audience);
    UPDATE account_groups SET stamp = (SELECT now FROM private_clock) WHERE id IN
        (SELECT group_id FROM audience_readers WHERE audience = NEW.audience);
END;

CREATE TRIGGER private_name_out AFTER DELETE ON private_names
BEGIN
    UPDATE private_clock SET now = now + 1;
    UPDATE keys SET private_stamp = (SELECT now FROM private_clock) WHERE id = OLD.key_id;
    UPDATE accounts SET reads_stamp = (SELECT now FROM private_clock) WHERE id IN
        (SELECT account_id FROM audiences WHERE id = OLD.audience
        UNION SELECT account_id FROM audience_readers WHERE audience = OLD.audience);
    UPDATE account_groups SET stamp = (SELECT now FROM private_clock) WHERE id IN
        (SELECT group_id FROM audience_readers WHERE audience = OLD.audience);
END;

CREATE TRIGGER private_name_other AFTER UPDATE OF name, audience, key_id, number, folder, content, published
    ON private_names
BEGIN
    UPDATE private_clock SET now = now + 1;
    UPDATE keys SET private_stamp = (SELECT now FROM private_clock) WHERE id IN (OLD.key_id, NEW.key_id);
    UPDATE accounts SET reads_stamp = (SELECT now FROM private_clock) WHERE id IN
        (SELECT account_id FROM audiences WHERE id IN (OLD.audience, NEW.audience)
        UNION SELECT account_id FROM audience_readers WHERE audience IN (OLD.audience, NEW.audience));
    UPDATE account_groups SET stamp = (SELECT now FROM private_clock) WHERE id IN
        (SELECT group_id FROM audience_readers WHERE audience IN (OLD.audience, NEW.audience));
END;

-- How much there is that only some see, counted as it changes.
CREATE TABLE private_totals (names INTEGER NOT NULL, versions INTEGER NOT NULL, audiences INTEGER NOT NULL);

INSERT INTO private_totals SELECT (SELECT count(*) FROM private_names),
    (SELECT count(*) FROM private_versions WHERE audience IS NOT NULL), (SELECT count(*) FROM audiences);

CREATE TRIGGER private_name_counted AFTER INSERT ON private_names
BEGIN
    UPDATE private_totals SET names = names + 1;
END;

CREATE TRIGGER private_name_uncounted AFTER DELETE ON private_names
BEGIN
    UPDATE private_totals SET names = names - 1;
END;

CREATE TRIGGER private_version_counted AFTER INSERT ON private_versions WHEN NEW.audience IS NOT NULL
BEGIN
    UPDATE private_totals SET versions = versions + 1;
END;

CREATE TRIGGER private_version_uncounted AFTER DELETE ON private_versions WHEN OLD.audience IS NOT NULL
BEGIN
    UPDATE private_totals SET versions = versions - 1;
END;

CREATE TRIGGER audience_counted AFTER INSERT ON audiences
BEGIN
    UPDATE private_totals SET audiences = audiences + 1;
END;

CREATE TRIGGER audience_uncounted AFTER DELETE ON audiences
BEGIN
    UPDATE private_totals SET audiences = audiences - 1;
END;
