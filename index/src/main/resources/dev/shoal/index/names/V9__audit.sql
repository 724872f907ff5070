-- What accounts change of themselves is in the audit log as well, and pushes nothing out of it that administrators did.
ALTER TABLE audit ADD COLUMN kind INTEGER NOT NULL DEFAULT 0; -- 0 of administration, 1 of an account by itself
ALTER TABLE audit ADD COLUMN place INTEGER NOT NULL DEFAULT 0; -- counts the lines of a kind

UPDATE audit SET place = id;

CREATE UNIQUE INDEX audit_place ON audit (kind, place);
CREATE INDEX audit_who ON audit (who, id) WHERE kind = 1;

-- How many members a group has: to count them for each one that comes would take the longer the more there are.
ALTER TABLE account_groups ADD COLUMN members INTEGER NOT NULL DEFAULT 0;

UPDATE account_groups SET members = (SELECT count(*) FROM group_members m WHERE m.group_id = account_groups.id);

CREATE TRIGGER group_member_added AFTER INSERT ON group_members
BEGIN
    UPDATE account_groups SET members = members + 1 WHERE id = NEW.group_id;
END;

CREATE TRIGGER group_member_removed AFTER DELETE ON group_members
BEGIN
    UPDATE account_groups SET members = members - 1 WHERE id = OLD.group_id;
END;
