-- Search parameters that are none of R4's: index rows hold the number, which stands for one url and definition. state: "indexing"
-- (resources up to indexed_pk have their rows), "ready", or "forgotten" (its rows are being deleted, then the number is free).
CREATE TABLE search_parameter (number INTEGER PRIMARY KEY, url TEXT NOT NULL, definition TEXT NOT NULL, state TEXT NOT NULL,
  indexed_pk INTEGER NOT NULL);
CREATE UNIQUE INDEX search_parameter_url ON search_parameter (url) WHERE state <> 'forgotten';
