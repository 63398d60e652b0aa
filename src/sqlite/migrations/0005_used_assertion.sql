-- Assertions of clients that were used: each is good once, also across a restart. Digests only, until they expire.
CREATE TABLE used_assertion (digest TEXT NOT NULL PRIMARY KEY, until_ms INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX used_assertion_until ON used_assertion (until_ms);
