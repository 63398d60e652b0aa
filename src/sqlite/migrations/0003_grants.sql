-- All grants of one scope, in the order of the patients: what a view of one recipient begins with.
CREATE INDEX patient_grant_of_scope ON patient_grant (scope, patient, class, until_ms);
