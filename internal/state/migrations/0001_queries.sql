-- Times are microseconds since 1970.
CREATE TABLE queries (
  id          TEXT PRIMARY KEY,
  kind        TEXT NOT NULL,            -- custom, provisioned or system.
  owner       TEXT NOT NULL,            -- '' unless custom.
  name        TEXT NOT NULL,
  name_key    TEXT NOT NULL,            -- The name as names are compared.
  visibility  TEXT NOT NULL,            -- private or shared.
  description TEXT NOT NULL,
  query       TEXT NOT NULL,            -- JSON.
  created     INTEGER NOT NULL,
  modified    INTEGER NOT NULL,
  modified_by TEXT NOT NULL,
  version     INTEGER NOT NULL,
  UNIQUE (kind, owner, name_key)
) STRICT;

-- What was changed and is not recorded in the Platform log yet.
CREATE TABLE changes (seq INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL) STRICT;
