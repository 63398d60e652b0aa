-- What each record gave of a person (its evidence and what it said of the Patient, both as JSON), and which resources it made: so
-- that evidence is known later, and a wrong merge can be undone. resource is empty where the record said nothing of the Patient.
CREATE TABLE contribution (id INTEGER PRIMARY KEY, patient TEXT NOT NULL, feed TEXT NOT NULL, content TEXT NOT NULL, key TEXT NOT NULL,
  record INTEGER NOT NULL, discloser TEXT NOT NULL, confirmed INTEGER NOT NULL, claim TEXT NOT NULL, resource TEXT NOT NULL);
CREATE UNIQUE INDEX contribution_record ON contribution (feed, content);
CREATE INDEX contribution_of_patient ON contribution (patient);
CREATE TABLE contribution_resource (contribution INTEGER NOT NULL, reference TEXT NOT NULL, PRIMARY KEY (contribution, reference))
  WITHOUT ROWID;
-- Records whose evidence contradicts, whole, so that they can be taken in without their file. state: open, same, different,
-- corrected, or resolved (by what came to be known since). corrected: the values as a person put them right, else empty.
CREATE TABLE review (id INTEGER PRIMARY KEY, feed TEXT NOT NULL, content TEXT NOT NULL, mapping TEXT NOT NULL, record INTEGER NOT NULL,
  key TEXT NOT NULL, file TEXT NOT NULL, file_hash TEXT NOT NULL, source TEXT NOT NULL, corrected TEXT NOT NULL, claim TEXT NOT NULL, discloser TEXT NOT NULL,
  candidates TEXT NOT NULL, state TEXT NOT NULL, patient TEXT NOT NULL, decided_by TEXT NOT NULL, reason TEXT NOT NULL,
  held_ms INTEGER NOT NULL, decided_ms INTEGER NOT NULL);
CREATE UNIQUE INDEX review_record ON review (feed, content);
CREATE INDEX review_open ON review (id) WHERE state = 'open';
