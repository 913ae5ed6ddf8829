-- How far a trigger or a first-time rule has come. Instants are nanoseconds
-- since 1970, as the audit store counts its ingestion.
CREATE TABLE progress (
  name     TEXT PRIMARY KEY,
  active   INTEGER NOT NULL DEFAULT 1,  -- 0 while it is switched off.
  position INTEGER NOT NULL,            -- What was ingested before is evaluated.
  query    TEXT NOT NULL,               -- Fingerprint of what is evaluated.
  since    INTEGER NOT NULL,            -- When it was first evaluated.
  changed  INTEGER NOT NULL DEFAULT 0   -- When the query was last changed; 0 is never.
) STRICT, WITHOUT ROWID;

CREATE TABLE totals (
  name   TEXT NOT NULL REFERENCES progress (name) ON DELETE CASCADE,
  cloud  TEXT NOT NULL,
  system TEXT NOT NULL,
  total  INTEGER NOT NULL,
  last   INTEGER NOT NULL,              -- Time of the latest event.
  PRIMARY KEY (name, cloud, system)
) STRICT, WITHOUT ROWID;

-- The latest matches, the details as JSON.
CREATE TABLE matches (
  seq    INTEGER PRIMARY KEY AUTOINCREMENT,
  name   TEXT NOT NULL REFERENCES progress (name) ON DELETE CASCADE,
  system TEXT NOT NULL,
  time   INTEGER NOT NULL,
  body   TEXT NOT NULL
) STRICT;
CREATE INDEX matches_recent ON matches (name, time, seq);

-- What a first-time rule has reported.
CREATE TABLE reported (
  name TEXT NOT NULL REFERENCES progress (name) ON DELETE CASCADE,
  key  TEXT NOT NULL,
  time INTEGER NOT NULL,
  PRIMARY KEY (name, key, time)
) STRICT, WITHOUT ROWID;
