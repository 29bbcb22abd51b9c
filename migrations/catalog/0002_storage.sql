-- Where databases are, now that there are several storages; names that nobody may take yet; what was last seen of each tenant.

-- Every database that is, was begun or may be left over anywhere: written before it is made, removed after it is gone. So
-- that a storage that cannot list what it holds has nothing that is not known here.
CREATE TABLE databases (
    name    TEXT PRIMARY KEY, -- never used again
    tenant  TEXT NOT NULL,    -- an id; of a tenant that may be gone
    storage TEXT NOT NULL,    -- local, libsql-server, turso
    host    TEXT,             -- what Turso called its host
    state   TEXT NOT NULL,    -- making, live, kept (for an undo), leaving, spare (waits for a tenant)
    since   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX databases_tenant ON databases (tenant);

INSERT INTO databases (name, tenant, storage, host, state, since)
SELECT database, id, storage, NULL, CASE state WHEN 'creating' THEN 'making' ELSE 'live' END, created_at FROM tenants;

ALTER TABLE tenants ADD COLUMN host TEXT;
ALTER TABLE tenants ADD COLUMN schema_version INTEGER; -- these three as they were at `seen_at`
ALTER TABLE tenants ADD COLUMN fingerprint TEXT;       -- of its sqlite_schema
ALTER TABLE tenants ADD COLUMN size INTEGER;           -- in bytes
ALTER TABLE tenants ADD COLUMN seen_at INTEGER;

CREATE TABLE freed_names (
    name     TEXT PRIMARY KEY,
    tenant   TEXT NOT NULL, -- whose it was: that one may come back under it
    freed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
