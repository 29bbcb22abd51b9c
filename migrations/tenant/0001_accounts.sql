-- Who may enter this workspace, and the sessions in which they do. Times are Unix milliseconds.

CREATE TABLE users (
    id                       TEXT PRIMARY KEY,
    username                 TEXT NOT NULL UNIQUE,
    email                    TEXT UNIQUE COLLATE NOCASE,
    role                     TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'member')),
    password_hash            TEXT NOT NULL, -- PHC string
    password_change_required INTEGER NOT NULL DEFAULT 0 CHECK (password_change_required IN (0, 1)),
    disabled                 INTEGER NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1)),
    created_at               INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A token is good as long as the row that it names.
CREATE TABLE sessions (
    id           TEXT PRIMARY KEY,
    user_id      TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    door         TEXT NOT NULL CHECK (door IN ('browser', 'api')),
    address      TEXT NOT NULL,
    user_agent   TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL, -- within five minutes
    expires_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_by_user ON sessions (user_id);

-- One-time codes that carry a person from sign-up into the workspace; only their SHA-256 is here.
CREATE TABLE hand_offs (
    code_hash  BLOB PRIMARY KEY,
    user_id    TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
