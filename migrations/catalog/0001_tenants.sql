-- The control database: which tenants there are, and what the operator did. Times are Unix milliseconds.

CREATE TABLE tenants (
    id             TEXT PRIMARY KEY,
    name           TEXT NOT NULL UNIQUE,
    display_name   TEXT NOT NULL,
    state          TEXT NOT NULL, -- creating, active, suspended
    state_since    INTEGER NOT NULL,
    storage        TEXT NOT NULL, -- local
    database       TEXT NOT NULL UNIQUE, -- named once, never renamed, never used again
    key_epoch      INTEGER NOT NULL DEFAULT 1,
    created_at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE operator_log (
    id        INTEGER PRIMARY KEY,
    at        INTEGER NOT NULL,
    operation TEXT NOT NULL,
    tenant    TEXT,
    detail    TEXT
) STRICT;
