-- Records that wait are kept whole, so that what they wait for may come another way than their file did. The rows of before were notes for
-- operators: their records are still in their files, and the next run over these notes them again.
DROP TABLE intake_waiting;
CREATE TABLE intake_waiting (
  id INTEGER PRIMARY KEY,
  feed TEXT NOT NULL,
  content TEXT NOT NULL,
  stage_ms INTEGER NOT NULL,
  type TEXT NOT NULL,
  system TEXT NOT NULL,
  value TEXT NOT NULL,
  mapping TEXT NOT NULL,
  record INTEGER NOT NULL,
  key TEXT NOT NULL,
  file TEXT NOT NULL,
  file_hash TEXT NOT NULL,
  source TEXT NOT NULL,
  since_ms INTEGER NOT NULL,
  UNIQUE (feed, content)
);
CREATE INDEX intake_waiting_for ON intake_waiting (value, system, type);
CREATE INDEX intake_waiting_key ON intake_waiting (feed, key);

-- Of a series: the key whose state it is. The newest stands, whenever the others come.
ALTER TABLE intake_state ADD COLUMN key TEXT;
CREATE INDEX intake_state_key ON intake_state (feed, key, stage_ms) WHERE key IS NOT NULL;
