-- One row for each collection of a system. Times are milliseconds since 1970.
CREATE TABLE points (
	system          TEXT    NOT NULL,
	at              INTEGER NOT NULL,
	excess          REAL    NOT NULL,
	used            REAL    NOT NULL,
	unobservable    REAL    NOT NULL,
	identities      INTEGER NOT NULL,
	human_low       INTEGER NOT NULL,
	human_medium    INTEGER NOT NULL,
	human_high      INTEGER NOT NULL,
	workload_low    INTEGER NOT NULL,
	workload_medium INTEGER NOT NULL,
	workload_high   INTEGER NOT NULL,
	catalog         TEXT    NOT NULL,
	settings        TEXT    NOT NULL,
	PRIMARY KEY (system, at)
) WITHOUT ROWID;
