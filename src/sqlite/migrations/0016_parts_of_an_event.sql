-- One event may send a recipient two messages: what came into view, and that something went. A row of the outbox says which it is, and
-- its key has that, too.
CREATE TABLE outbox_of_parts (
  id INTEGER PRIMARY KEY,
  event TEXT NOT NULL,
  patient TEXT NOT NULL,
  recipient TEXT NOT NULL,
  focus TEXT NOT NULL,               -- "Composition/abc/_history/1"
  occurred_ms INTEGER NOT NULL,      -- by the gateway's clock
  due_ms INTEGER NOT NULL,           -- by the machine's clock: retries wait here
  attempts INTEGER NOT NULL,
  status TEXT NOT NULL,              -- queued, delivered, withheld, failed
  consent TEXT,                      -- business identifier of the consent that decided
  reason TEXT NOT NULL,
  purpose TEXT NOT NULL DEFAULT 'TREAT',
  event_number INTEGER NOT NULL DEFAULT 0,
  keyless INTEGER NOT NULL DEFAULT 0,
  consents_before TEXT,
  part TEXT NOT NULL DEFAULT '',     -- "gain", "loss"; by a date, with its instant behind
  UNIQUE (event, patient, recipient, focus, part)
);
INSERT INTO outbox_of_parts SELECT id, event, patient, recipient, focus, occurred_ms, due_ms, attempts, status, consent, reason, purpose,
  event_number, keyless, consents_before, CASE WHEN consents_before IS NULL THEN '' ELSE 'gain' END FROM outbox;
-- What waits may still become either.
INSERT INTO outbox_of_parts (event, patient, recipient, focus, occurred_ms, due_ms, attempts, status, consent, reason, purpose,
  consents_before, part) SELECT event, patient, recipient, focus, occurred_ms, due_ms, 0, status, NULL, '', purpose, consents_before, 'loss'
  FROM outbox WHERE consents_before IS NOT NULL AND status = 'queued';
DROP TABLE outbox;
ALTER TABLE outbox_of_parts RENAME TO outbox;
CREATE INDEX outbox_open ON outbox (status, due_ms) WHERE status = 'queued';
CREATE INDEX outbox_lane ON outbox (patient, recipient, id) WHERE status = 'queued';
CREATE INDEX outbox_time ON outbox (occurred_ms);
CREATE INDEX outbox_patient ON outbox (patient, occurred_ms);
CREATE INDEX outbox_recipient ON outbox (recipient, occurred_ms);
-- Whose grants a date has passed is found without looking at all of them. The largest instant is that of grants that stay.
CREATE INDEX patient_grant_until ON patient_grant (until_ms, patient) WHERE until_ms < 9223372036854775807;
DROP TABLE consent_boundary;
