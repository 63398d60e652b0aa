-- When a scope last gained something of a patient (consent/opening.h): of what others disclose, and of what the recipient itself does; 0:
-- never, or before this was kept. A row whose class says nothing may stand for these alone.
ALTER TABLE patient_grant ADD COLUMN gained_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE patient_grant ADD COLUMN gained_own_ms INTEGER NOT NULL DEFAULT 0;
DROP INDEX patient_grant_of_scope;
CREATE INDEX patient_grant_of_scope ON patient_grant (scope, patient, class, until_ms, gained_ms, gained_own_ms);
