-- A notification's number counts for one topic and one recipient: 0 until it is first permitted to leave. Numbers begin anew with
-- this schema; the older ones came from one count of all recipients.
ALTER TABLE outbox ADD COLUMN event_number INTEGER NOT NULL DEFAULT 0;
CREATE TABLE event_number (topic TEXT NOT NULL, recipient TEXT NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (topic, recipient)) WITHOUT ROWID;
-- What may have arrived under an identifier without key keeps it, so that its receiver sees the repetition.
ALTER TABLE outbox ADD COLUMN keyless INTEGER NOT NULL DEFAULT 0;
UPDATE outbox SET keyless = 1 WHERE status = 'queued' AND attempts > 0;
-- Which codings of meta.security arrived or were set by a person, as JSON; '' none. NULL: written before these were kept apart.
ALTER TABLE resource ADD COLUMN arrived_labels TEXT;
