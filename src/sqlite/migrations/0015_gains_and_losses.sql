-- Of a change of consents (E16): those that stood before, by which is found what came into view and whether something went.
ALTER TABLE outbox ADD COLUMN consents_before TEXT;
-- To whom the ledger says that anything of a patient went: who is told of a loss. Made of the ledger's entries.
CREATE TABLE disclosed_to (patient TEXT NOT NULL, recipient TEXT NOT NULL, PRIMARY KEY (patient, recipient)) WITHOUT ROWID;
INSERT OR IGNORE INTO disclosed_to
  SELECT json_extract(entry, '$.patient'), json_extract(entry, '$.recipient')
  FROM (SELECT CAST(entry AS TEXT) AS entry FROM ledger WHERE CAST(entry AS TEXT) LIKE '{"kind":"disclosure"%')
  WHERE json_extract(entry, '$.patient') IS NOT NULL AND json_extract(entry, '$.recipient') IS NOT NULL;
