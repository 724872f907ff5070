-- What is given away is a kind of its own: 2 of an account, 3 of all keys together that are no account's. Such lines are
-- made by offering and taking back, as many as one likes, and pushed out what else an account had done.
CREATE INDEX audit_gifts ON audit (who, id) WHERE kind = 2;
