CREATE TABLE IF NOT EXISTS runs (
  id          TEXT PRIMARY KEY,
  key         TEXT NOT NULL UNIQUE,  -- The alert's fingerprint and start.
  subject     TEXT NOT NULL,         -- Cloud, system and identity.
  playbook    TEXT NOT NULL,
  system      TEXT NOT NULL,
  state       TEXT NOT NULL,
  open        INTEGER NOT NULL,      -- 1 until the run has ended.
  seq         INTEGER NOT NULL,      -- Grows with every step; fences late jobs.
  received_at INTEGER NOT NULL,      -- Times are microseconds since 1970.
  updated_at  INTEGER NOT NULL,
  admitted_at INTEGER NOT NULL,      -- When it counted against the caps; 0 if it doesn't.
  body        TEXT NOT NULL          -- Everything else, JSON.
) STRICT;
-- One run at a time for each identity.
CREATE UNIQUE INDEX IF NOT EXISTS runs_open ON runs (subject) WHERE open = 1;
CREATE INDEX IF NOT EXISTS runs_recent ON runs (received_at);
CREATE INDEX IF NOT EXISTS runs_admitted ON runs (playbook, admitted_at) WHERE admitted_at > 0;

-- Alerts that are acknowledged and not yet sorted into runs.
CREATE TABLE IF NOT EXISTS inbox (id INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL) STRICT;

-- Every write, recorded before (intended_at) and after (done_at) it is made.
CREATE TABLE IF NOT EXISTS ledger (
  run         TEXT NOT NULL REFERENCES runs (id),
  phase       TEXT NOT NULL,         -- apply or rollback.
  n           INTEGER NOT NULL,
  operation   TEXT NOT NULL,
  intended_at INTEGER NOT NULL,
  done_at     INTEGER NOT NULL DEFAULT 0,
  how         TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (run, phase, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS approvals (
  run      TEXT NOT NULL REFERENCES runs (id),
  plan     TEXT NOT NULL,            -- Version of the plan that was looked at.
  approver TEXT NOT NULL,
  reason   TEXT NOT NULL,
  at       INTEGER NOT NULL,
  PRIMARY KEY (run, plan, approver)
) STRICT, WITHOUT ROWID;

-- The Platform log: append-only, each event holding the hash of the one before.
CREATE TABLE IF NOT EXISTS events (
  seq  INTEGER PRIMARY KEY AUTOINCREMENT,
  run  TEXT NOT NULL,
  body TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS events_run ON events (run);
CREATE TRIGGER IF NOT EXISTS events_no_update BEFORE UPDATE ON events
  BEGIN SELECT RAISE(ABORT, 'the Platform log is append-only'); END;
CREATE TRIGGER IF NOT EXISTS events_no_delete BEFORE DELETE ON events
  BEGIN SELECT RAISE(ABORT, 'the Platform log is append-only'); END;

CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
