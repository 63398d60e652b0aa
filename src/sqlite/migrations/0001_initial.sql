-- The first schema (ARCHITECTURE.md, "store"). Numbers instead of names: type is the place of a resource type in the
-- sorted list of R4's resource types, patient a surrogate, npk = -pk, so that "newest first" is key order.

CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- Current versions, hot. pk is the global sequence of versions; it never leaves the store.
CREATE TABLE resource (
  pk INTEGER PRIMARY KEY,
  type INTEGER NOT NULL,
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL,
  deleted INTEGER NOT NULL,
  patient INTEGER NOT NULL,          -- 0: none
  shape INTEGER NOT NULL,
  disclosers TEXT NOT NULL,          -- organization ids, separated by blanks
  definitions INTEGER NOT NULL,      -- number of the definitions that indexed it
  body BLOB NOT NULL                 -- canonical bytes, meta included; empty if deleted
);
CREATE UNIQUE INDEX resource_id ON resource (type, id);

-- Older versions, apart.
CREATE TABLE history (
  pk INTEGER PRIMARY KEY,
  type INTEGER NOT NULL,
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL,
  deleted INTEGER NOT NULL,
  disclosers TEXT NOT NULL,
  body BLOB NOT NULL
);
CREATE UNIQUE INDEX history_version ON history (type, id, version);

CREATE TABLE patient (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE);

-- Index rows: one ordered table a search type; vis = patient << 16 | shape, so that consent needs no second look-up.
CREATE TABLE token (param INTEGER NOT NULL, hash INTEGER NOT NULL, npk INTEGER NOT NULL, vis INTEGER NOT NULL,
  PRIMARY KEY (param, hash, npk)) WITHOUT ROWID;
CREATE TABLE token_by_patient (patient INTEGER NOT NULL, param INTEGER NOT NULL, hash INTEGER NOT NULL, npk INTEGER NOT NULL,
  shape INTEGER NOT NULL, PRIMARY KEY (patient, param, hash, npk)) WITHOUT ROWID;
CREATE TABLE reference (param INTEGER NOT NULL, hash INTEGER NOT NULL, npk INTEGER NOT NULL, vis INTEGER NOT NULL,
  PRIMARY KEY (param, hash, npk)) WITHOUT ROWID;
CREATE TABLE uri (param INTEGER NOT NULL, hash INTEGER NOT NULL, npk INTEGER NOT NULL, vis INTEGER NOT NULL,
  PRIMARY KEY (param, hash, npk)) WITHOUT ROWID;
CREATE TABLE string (param INTEGER NOT NULL, value TEXT NOT NULL, npk INTEGER NOT NULL, vis INTEGER NOT NULL,
  PRIMARY KEY (param, value, npk)) WITHOUT ROWID;
CREATE TABLE date (param INTEGER NOT NULL, first_ms INTEGER NOT NULL, npk INTEGER NOT NULL, last_ms INTEGER NOT NULL,
  vis INTEGER NOT NULL, PRIMARY KEY (param, first_ms, npk, last_ms)) WITHOUT ROWID;
CREATE TABLE number (param INTEGER NOT NULL, unit INTEGER NOT NULL, value REAL NOT NULL, npk INTEGER NOT NULL,
  vis INTEGER NOT NULL, PRIMARY KEY (param, unit, value, npk)) WITHOUT ROWID;
-- What belongs to a patient, newest first.
CREATE TABLE compartment (patient INTEGER NOT NULL, type INTEGER NOT NULL, npk INTEGER NOT NULL, shape INTEGER NOT NULL,
  PRIMARY KEY (patient, type, npk)) WITHOUT ROWID;

-- Who a person is recognized by: link and member numbers (system, value), and "name" with the folded key.
CREATE TABLE identity (system TEXT NOT NULL, value TEXT NOT NULL, patient TEXT NOT NULL,
  PRIMARY KEY (system, value, patient)) WITHOUT ROWID;

-- Grants, folded at write time (consent in the query; filled from the second stage on).
CREATE TABLE scope (id INTEGER PRIMARY KEY, recipient TEXT NOT NULL, purpose TEXT NOT NULL, default_class INTEGER NOT NULL,
  UNIQUE (recipient, purpose));
CREATE TABLE decision_class (id INTEGER PRIMARY KEY, provisions TEXT NOT NULL UNIQUE);
CREATE TABLE shape (id INTEGER PRIMARY KEY, labels TEXT NOT NULL, kind INTEGER NOT NULL, UNIQUE (labels, kind));
CREATE TABLE patient_grant (patient INTEGER NOT NULL, scope INTEGER NOT NULL, class INTEGER NOT NULL, until_ms INTEGER NOT NULL,
  PRIMARY KEY (patient, scope)) WITHOUT ROWID;
CREATE TABLE consent_change (version INTEGER NOT NULL, patient INTEGER NOT NULL, scope INTEGER NOT NULL, class INTEGER NOT NULL,
  PRIMARY KEY (version, patient, scope)) WITHOUT ROWID;
CREATE TABLE consent_version (id INTEGER PRIMARY KEY CHECK (id = 1), version INTEGER NOT NULL);
INSERT INTO consent_version VALUES (1, 0);
CREATE TABLE consent_boundary (at_ms INTEGER NOT NULL, patient INTEGER NOT NULL, PRIMARY KEY (at_ms, patient)) WITHOUT ROWID;

-- What must go out: references, never payloads. A lane (patient, recipient) is delivered in order.
CREATE TABLE outbox (
  id INTEGER PRIMARY KEY,
  event TEXT NOT NULL,
  patient TEXT NOT NULL,
  recipient TEXT NOT NULL,
  focus TEXT NOT NULL,               -- "Composition/abc"
  occurred_ms INTEGER NOT NULL,      -- by the gateway's clock
  due_ms INTEGER NOT NULL,           -- by the machine's clock: retries wait here
  attempts INTEGER NOT NULL,
  status TEXT NOT NULL,              -- queued, delivered, withheld, failed
  consent TEXT,                      -- business identifier of the consent that decided
  reason TEXT NOT NULL,
  UNIQUE (event, patient, recipient, focus)
);
CREATE INDEX outbox_open ON outbox (status, due_ms) WHERE status = 'queued';
CREATE TABLE delivery_attempt (outbox INTEGER NOT NULL, number INTEGER NOT NULL, at_ms INTEGER NOT NULL, http_status INTEGER NOT NULL,
  outcome TEXT NOT NULL, PRIMARY KEY (outbox, number)) WITHOUT ROWID;

-- Disclosures and accesses, chained: each entry's seal is a keyed digest over the entry and the seal before it.
CREATE TABLE ledger (number INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, entry BLOB NOT NULL, seal BLOB NOT NULL);

-- Which states of which records have been taken in, and which records wait for another.
CREATE TABLE intake_state (feed TEXT NOT NULL, content TEXT NOT NULL, stage_ms INTEGER NOT NULL,
  PRIMARY KEY (feed, content, stage_ms)) WITHOUT ROWID;
CREATE TABLE intake_waiting (feed TEXT NOT NULL, content TEXT NOT NULL, stage_ms INTEGER NOT NULL, type TEXT NOT NULL,
  system TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (feed, content, stage_ms)) WITHOUT ROWID;
